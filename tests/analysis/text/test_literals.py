"""Paths in programs without a parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.analysis.model.path_fits import Fit
from splitlint.analysis.text.literals import matching, text_paths

IMAGE = ("**/kernel-modules/{bzImage,Image,vmlinuz*,System.map,dtbs}", "**/kernel-modules/dtbs/**")
BESIDE = ("beside(**/kernel)/lib/modules/**",)


def found(code: str, suffix: str, globs: tuple[str, ...] = IMAGE) -> list[tuple[str, Fit]]:
    data = code.encode()
    return [(data[one.start : one.end].decode(), fit) for one, fit in matching(text_paths(data, suffix), globs)]


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("rs", 'generation.join("kernel-modules/bzImage")'),
        ("rs", 'generation.join("kernel-modules").join("bzImage")'),
        ("rs", 'fs::write(dir.path().join("kernel-modules").join("Image"), "")'),
        ("rs", 'sh("kexec -l /run/booted-system/kernel-modules/bzImage --reuse-cmdline")'),
        ("pl", 'my $k = "$path/kernel-modules/" . "bzImage";'),
        ("pl", 'my $k = catfile($path, "kernel-modules", "bzImage");'),
        ("rb", 'File.join(top, "kernel-modules", "Image")'),
        ("rb", '"#{top}/kernel-modules/System.map"'),
        ("go", 'filepath.Join(top, "kernel-modules", "dtbs")'),
        ("cpp", 'auto p = root / "kernel-modules" / "Image";'),
        ("js", "path.join(top, 'kernel-modules', 'Image')"),
        ("xyz", 'open "/run/current-system/kernel-modules/vmlinuz-6"'),
    ],
)
def test_image_in_the_module_tree_is_surely_seen(suffix: str, code: str) -> None:
    assert [fit for _, fit in found(code, suffix)] == [Fit.YES]


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("rs", 'generation.join(format!("kernel-modules/{}", image))'),
        ("rs", 'generation.join(format!("kernel-modules/{image}"))'),
        ("rs", 'generation.join("kernel-modules").join(&image)'),
        ("pl", 'my $k = "$path/kernel-modules/" . $image;'),
        ("go", 'fmt.Sprintf("%s/kernel-modules/%s", top, image)'),
        ("go", 'filepath.Join(top, "kernel-modules", image)'),
    ],
)
def test_variable_named_like_an_image_is_likely_one(suffix: str, code: str) -> None:
    assert [fit for _, fit in found(code, suffix)] == [Fit.LIKELY]


def test_match_that_lists_the_image_names_makes_sure() -> None:
    code = """let name = match system.as_str() { "x86_64-linux" => "bzImage", _ => "Image" };
    let file = generation.join(format!("kernel-modules/{}", name));"""
    assert found(code, "rs") == [("kernel-modules/{}", Fit.YES)]


def test_match_that_lists_other_files_is_left_alone() -> None:
    code = """let name = match old { true => "lib", _ => "etc" };
    let file = generation.join(format!("kernel-modules/{}", name));"""
    assert found(code, "rs") == []


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("rs", 'generation.join("kernel-modules/lib/modules")'),
        ("rs", 'generation.join("kernel-modules").join("lib/modules").join(version)'),
        ("rs", 'link(top.join("kernel-modules"), "/nix/store/a"); let x = "bzImage";'),
        ("rs", 'vec!["kernel", "kernel-modules", "bzImage"]'),
        ("rs", '// generation.join("kernel-modules/bzImage")'),
        ("go", 'base := "https://example.org/open-gpu-kernel-modules/" + image'),
        ("rb", '["kernel-modules", "Image"]'),
        ("pl", "# \"kernel-modules/bzImage\"\nmy $x = '$y/kernel';"),
    ],
)
def test_other_paths_comments_and_lists_are_left_alone(suffix: str, code: str) -> None:
    assert found(code, suffix) == []


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("pl", 'basename((glob(dirname(Cwd::abs_path("$link/kernel")) . "/lib/modules/*"))[0])'),
        ("rs", 'fs::canonicalize(generation.join("kernel"))?.parent().unwrap().join("lib/modules")'),
        ("go", 'filepath.Join(filepath.Dir(filepath.EvalSymlinks(top + "/kernel")), "lib/modules")'),
    ],
)
def test_modules_beside_the_kernel_image_are_seen(suffix: str, code: str) -> None:
    assert [fit for _, fit in found(code, suffix, BESIDE)] == [Fit.YES]


def test_modules_beside_the_program_are_left_alone() -> None:
    assert found('dirname(Cwd::abs_path("$0")) . "/lib/modules/*"', "pl", BESIDE) == []


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("rs", 'fs::write(top.join("kernel-modules/bzImage"), "")'),
        ("rs", 'std::os::unix::fs::symlink(&image, top.join("kernel-modules").join("Image"))'),
        ("pl", "open(my $file, '>', \"$top/kernel-modules/bzImage\")"),
        ("go", 'os.WriteFile(filepath.Join(top, "kernel-modules", "Image"), nil, 0644)'),
        ("rb", 'File.open("#{top}/kernel-modules/Image", "w")'),
        ("js", "fs.mkdirSync(path.join(top, 'kernel-modules', 'dtbs'), { recursive: true })"),
        ("cpp", 'std::ofstream image(top / "kernel-modules" / "Image");'),
    ],
)
def test_path_that_the_program_makes_is_written(suffix: str, code: str) -> None:
    assert [one.writes for one, _ in matching(text_paths(code.encode(), suffix), IMAGE)] == [True]


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("rs", 'fs::write(&boot, fs::read(top.join("kernel-modules/bzImage"))?)'),
        ("rs", 'fs::create_dir_all(&boot)?;\nfs::copy(top.join("kernel-modules/bzImage"), boot.join("kernel"))'),
        ("pl", "open(my $file, '<', \"$top/kernel-modules/bzImage\")"),
        ("rb", 'File.open("#{top}/kernel-modules/Image", "r")'),
        ("go", 'os.Symlink(filepath.Join(top, "kernel-modules", "Image"), boot)'),
    ],
)
def test_path_that_the_program_reads_is_not_written(suffix: str, code: str) -> None:
    assert [one.writes for one, _ in matching(text_paths(code.encode(), suffix), IMAGE)] == [False]


@given(
    st.text(alphabet="\"'`\\#rb({})/.,+$% xjoin\né", max_size=80),
    st.sampled_from(["rs", "pl", "go", "rb", "c", "js", ""]),
)
def test_any_text_gives_paths_inside_the_file(text: str, suffix: str) -> None:
    data = text.encode()
    for one in text_paths(data, suffix):
        assert 0 < one.start <= one.end < len(data)
