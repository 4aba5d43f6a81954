"""What else becomes of an expression: where a fix would break it, it is left alone, or all is changed together."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Safety
from splitlint.fixes.apply.apply import fix_file
from tests.test_rules import RULE_SET
from tests.worlds import prove_all


def checked(text: bytes) -> tuple[Finding, ...]:
    return check_source(Source("a.nix", text, NIX), RULE_SET, Config()).findings


def fixed(text: str, safety: Safety = Safety.SAFE) -> str:
    """The text after `--fix`; a second run must leave it alone."""
    done = fix_file("a.nix", text.encode(), checked, safety)
    assert done.refused == {}
    new = done.data("a.nix", text.encode())
    assert fix_file("a.nix", new, checked, safety).changes == ()
    return new.decode()


MODULES = '${lib.getOutput "modules" k}'
SCRIPT = """{{ lib, runCommand, linux }}:
let
  k = linux;
in
runCommand "root" {{ }} ''
  for f in $(find {0}/lib/modules -name '*.ko'); do
    {1}
    {2}
  done
''
"""
#: What takes the kernel's path as text, with `{}` for the interpolation.
AS_TEXT = [
    'target=$(echo "$f" | sed "s|{}||")',
    "target=$(echo $f | sed -e s,{}/,,)",
    "target=''${{f#{}/}}",
    "target=''${{f##{}}}",
    "target=''${{f/\"{}\"/}}",
    "realpath --relative-to={} $f",
    'realpath --relative-to "{}" $f',
    "case $f in {}/*) ;; *) exit 1 ;; esac",
    '[[ $f == "{}"/* ]] || exit 1',
    "awk -v root={} '{{ sub(root, \"\") }}' $f",
    "echo $f | grep -v {}",
    'substituteInPlace $f --replace-fail "{}" /run/modules',
]


@pytest.mark.parametrize("line", AS_TEXT)
def test_a_prefix_that_is_cut_off_again_is_changed_with_the_path(line: str) -> None:
    broken = SCRIPT.format("${k}", line.format("${k}"), "")
    assert fixed(broken) == SCRIPT.format(MODULES, line.format(MODULES), "")


@pytest.mark.parametrize("text", ["toString k", "builtins.toString (k)", '"${k}"', "k"])
@pytest.mark.parametrize("line", ["echo ''${f#%s/}", "echo ''${f//%s/}", "echo $f | sed 's|%s||'"])
def test_a_prefix_is_cut_off_however_the_path_is_written(text: str, line: str) -> None:
    put = f"${{{text}}}"
    done = fixed(
        f"{{ pkgs, lib }}: lib.mapAttrs (name: k: pkgs.runCommand name {{ }} ''\n  cp -r {put}/lib/modules $out\n  "
        f"{line % put}\n'') {{ inherit (pkgs) linux_6_12 linux_latest; }}"
    )
    assert done.count('lib.getOutput "modules" k') == 2


@pytest.mark.parametrize("line", AS_TEXT)
def test_a_prefix_of_the_image_too_keeps_the_script_as_it_is(line: str) -> None:
    broken = SCRIPT.format("${k}", line.format("${k}"), "cp ${k}/bzImage $out/")
    assert fixed(broken, Safety.UNSAFE) == broken


def test_a_prefix_in_another_script_is_of_no_concern() -> None:
    text = """{{ lib, runCommand, linux }}:
{{
  a = runCommand "a" {{ }} ''
    cp -r {0}/lib/modules $out
  '';
  b = runCommand "b" {{ }} ''
    cp ${{linux}}/bzImage .
    ls ${{linux}}/* | sed "s|${{linux}}||" > $out
  '';
}}
"""
    assert fixed(text.format("${linux}")) == text.format('${lib.getOutput "modules" linux}')


def test_a_prefix_that_lib_removes_is_changed_with_the_files() -> None:
    text = """{{ lib, linux }}:
map (f: lib.removePrefix "{0}/" f) (lib.filesystem.listFilesRecursive "{0}/lib/modules")
"""
    assert fixed(text.format("${linux}")) == text.format('${lib.getOutput "modules" linux}')
    assert fixed(text.format("${linux}") + '++ [ "${linux}/bzImage" ]\n') == text.format("${linux}") + (
        '++ [ "${linux}/bzImage" ]\n'
    )


def test_a_variable_that_is_cut_off_again_is_changed_once() -> None:
    text = """{{ lib, runCommand, linux }}:
runCommand "x" {{ }} ''
  k={0}
  find $k/lib/modules -type f | sed "s|$k||" > $out
''
"""
    assert fixed(text.format("${linux}"), Safety.UNSAFE) == text.format('${lib.getOutput "modules" linux}')


@pytest.mark.parametrize("made", ["{}.outPath", '"${{{}}}"', "toString {}", "({}.outPath)", '{} + ""'])
def test_the_path_of_a_package_is_changed_where_it_is_made(made: str) -> None:
    text = """{{ lib, runCommand, linux }}:
let
  root = {0};
in
runCommand "tree" {{ }} "cp -r ${{root}}/lib/modules $out"
"""
    broken = text.format(made.format("linux"))
    new = fixed(broken)
    assert new.startswith(broken[: broken.index("root = ") + 7])
    assert "${root}/lib" in new
    assert [verdict.reason for verdict in prove_all([(broken, new)])] == [""]


@pytest.mark.parametrize("made", ["{}.outPath", '"${{{}}}"', "toString {}"])
@pytest.mark.parametrize("other", ['"cp ${root}/bzImage $out"', "root", '{ x = "${root}"; }', "builtins.toJSON root"])
def test_a_path_that_others_want_as_it_is_stays(made: str, other: str) -> None:
    text = f"""{{ lib, runCommand, linux }}:
let
  root = {made.format("linux")};
in
{{
  image = {other};
  tree = runCommand "tree" {{ }} "cp -r ${{root}}/lib/modules $out";
}}
"""
    assert fixed(text, Safety.UNSAFE) == text


def test_a_function_of_a_path_is_changed_where_the_path_is_made() -> None:
    text = """{{ lib, linux, linux_latest }}:
let
  show = p: "modules ${{p}}/lib/modules";
in
[ (show {0}) (show "${{{1}}}") ]
"""
    of = 'lib.getOutput "modules" '
    assert fixed(text.format("linux.outPath", "linux_latest")) == text.format(f"({of}linux)", f"{of}linux_latest")


@pytest.mark.parametrize(
    "line",
    [
        """substituteInPlace Makefile --replace-fail /lib/modules ${kernel}/lib/modules""",
        """sed -i "s|/lib/modules/1|${kernel}/lib/modules/1|" Makefile""",
    ],
)
def test_a_path_that_is_written_into_a_file_may_be_the_build_tree(line: str) -> None:
    text = f"""{{ lib, stdenv, kernel }}:
stdenv.mkDerivation {{
  name = "driver-${{kernel.modDirVersion}}";
  preBuild = ''
    {line}
  '';
}}
"""
    assert fixed(text) == text


def test_flags_with_a_path_that_may_lead_to_the_build_tree_are_changed_only_if_asked() -> None:
    text = """{{ lib, stdenv, kernel }}:
stdenv.mkDerivation {{
  name = "driver";
  makeFlags = [ "KBASE={0}/lib/modules/${{kernel.modDirVersion}}" ];
}}
"""
    broken = text.format("${kernel}")
    assert fixed(broken) == broken
    assert fixed(broken, Safety.UNSAFE) == text.format('${lib.getOutput "modules" kernel}')


def test_a_closure_that_goes_on_to_others_is_changed() -> None:
    text = """{{ lib, pkgs, ... }}:
let
  c = pkgs.makeModulesClosure {{ kernel = {0}; rootModules = [ ]; }};
in
pkgs.makeInitrdNG {{ passthru = {{ inherit c; }}; contents = [ ]; }}
"""
    assert fixed(text.format("pkgs.linux")) == text.format('lib.getOutput "modules" pkgs.linux')


def test_a_comment_of_a_script_is_no_reader_of_its_variable() -> None:
    text = """{{ lib, stdenv, linux }}:
stdenv.mkDerivation {{
  name = "x";
  kernel = {0};
  buildCommand = ''
    # was: cp $kernel/bzImage $out
    cp -r $kernel/lib/modules $out # not $kernel/System.map
  '';
}}
"""
    assert fixed(text.format("linux")) == text.format('lib.getOutput "modules" linux')


@pytest.mark.parametrize("line", ["depmod -b $k 6.12", "modinfo -b $k loop", "find $k -name '*.ko' > list"])
def test_commands_of_which_other_rules_tell_want_the_modules_too(line: str) -> None:
    text = f"""{{{{ lib, stdenv, linux }}}}:
stdenv.mkDerivation {{{{
  name = "x";
  k = {{0}};
  buildCommand = ''
    cp -r $k/lib/modules $out
    {line}
  '';
}}}}
"""
    assert fixed(text.format("linux")) == text.format('lib.getOutput "modules" linux')


# One name for what is written over and over

MANY = """{{ lib, pkgs, linux }}:
let
  before = 1;
  # The script.
  script = ''
{0}
  '';
in
pkgs.writeScript "s" script
"""


def lines(written: str, count: int) -> str:
    return "\n".join(f"    insmod ${{{written}}}/lib/modules/*/{number}.ko" for number in range(count))


def test_many_places_in_a_let_get_a_name() -> None:
    wanted = MANY.format(lines("linuxModules", 4)).replace(
        "  before = 1;\n", '  before = 1;\n  linuxModules = lib.getOutput "modules" linux;\n'
    )
    assert fixed(MANY.format(lines("linux", 4))) == wanted
    assert fixed(MANY.format(lines("pkgs.linux", 4))) == wanted.replace('"modules" linux;', '"modules" pkgs.linux;')


def test_the_name_stands_behind_that_of_the_package() -> None:
    text = MANY.format(lines("k", 5)).replace("  before = 1;\n", "  k = pkgs.linux; # ours\n  last = 2;\n")
    wanted = text.replace("${k}", "${kModules}").replace(
        "# ours\n", '# ours\n  kModules = lib.getOutput "modules" k;\n'
    )
    assert fixed(text) == wanted


def test_a_few_places_get_no_name() -> None:
    assert "linuxModules" not in fixed(MANY.format(lines("linux", 3)))


def test_a_name_that_is_taken_is_not_bound_again() -> None:
    text = MANY.format(lines("linux", 4)).replace("before = 1", "linuxModules = 1")
    assert fixed(text) == text.replace("${linux}", '${lib.getOutput "modules" linux}')


def test_places_that_want_the_image_keep_the_package() -> None:
    text = MANY.format(lines("linux", 4) + "\n    cp ${linux}/bzImage $out")
    new = fixed(text)
    assert new.count("${linuxModules}") == 4
    assert "cp ${linux}/bzImage" in new


def test_a_name_that_means_something_else_in_a_function_is_left_to_itself() -> None:
    text = (
        MANY.format(lines("linux", 4))
        .replace("script = ''", "script = linux: ''")
        .replace('"s" script', '"s" (script pkgs.linux_latest)')
    )
    assert "linuxModules" not in fixed(text)


def test_names_are_proved_by_nix() -> None:
    broken = [MANY.format(lines("linux", 4)), MANY.format(lines("pkgs.linux", 6) + "\n    cp ${pkgs.linux}/bzImage /")]
    verdicts = prove_all([(text, fixed(text)) for text in broken])
    assert [verdict.reason for verdict in verdicts] == ["", ""]
