"""Values followed through shell scripts: what stands under them, for which command, and who would notice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.analysis.model.values import Unknown
from splitlint.files.source import Source
from splitlint.syntax import shell
from tests.shell_scripts import DEV, in_command, meaning, meaning_of, meaning_of_file, paths, shown, uses


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("cp ${kernel}/lib/modules $out", "/lib/modules"),
        ('cp "${kernel}/lib/"modules $out', "/lib/modules"),
        ("cp '${kernel}/lib/modules' $out", "/lib/modules"),
        ("cp ${kernel}/lib/${name}.ko $out", "/lib/vfat.ko"),
        ("cp ${kernel}/lib/modules/$v/kernel $out", "/lib/modules/<?>/kernel"),
        ("cp $kernel/lib/modules/$v/kernel $out", "/lib/modules/<?>/kernel"),
        ("cp ${kernel}/lib/modules/''${v}/x.ko $out", "/lib/modules/<?>/x.ko"),
        ("cp ${folder}/x.ko $out", "/lib/modules/x.ko"),
        ('PATH="${kernel}/lib:/bin"', "/lib"),
        ('echo "see ${kernel}/lib/modules, please"', "/lib/modules"),
        ("make --dir=${kernel}/lib x", "/lib"),
        ("cat <<EOF\n  ${kernel}/lib/modules x\nEOF", "/lib/modules"),
        ("cat <<'EOF'\n  ${kernel}/lib/modules x\nEOF", "/lib/modules"),
    ],
)
def test_the_path_under_a_value_is_read_to_its_end(script: str, path: str) -> None:
    assert paths(script) == [path]


def test_a_comment_uses_nothing() -> None:
    assert paths("# ${kernel}/lib/modules\ntrue") == []


@pytest.mark.parametrize(
    "assignment",
    [
        "KERNEL=${kernel}",
        'KERNEL="${kernel}"',
        "export KERNEL=${kernel}",
        "declare -r KERNEL=${kernel}",
        "KERNEL=${kernel}/",
        "for KERNEL in ${kernel}; do :; done; KERNEL=$KERNEL",
        "A=${kernel}; KERNEL=$A",
        "KERNEL=$(readlink -f ${kernel})",
        "KERNEL=$(realpath ${kernel}/)",
        "KERNEL=`echo ${kernel}`",
        "KERNEL=$(printf %s ${kernel})",
        "KERNEL=$(dirname ${kernel}/bzImage)",
        "KERNEL=$(cd ${kernel} && pwd)",
        "KERNEL=''${UNSET:-${kernel}}",
        "KERNEL=$kernel",
    ],
)
def test_a_variable_holds_what_it_was_assigned(assignment: str) -> None:
    script = f"{assignment}\nfind ''${{KERNEL%/}}/lib/modules -name x"
    assert in_command(script, "find") == ["/lib/modules"]


def test_the_use_of_a_variable_knows_where_its_value_came_from() -> None:
    script = meaning("KERNEL=${kernel}\nfind $KERNEL/lib")
    (use,) = (use for use in script.uses() if use.variable == "KERNEL")
    data = script.script.source.data
    assert data[use.origin[0] : use.origin[1]] == b"${kernel}"
    assert data[use.span[0] : use.span[1]] == b"$KERNEL"
    assert data[use.word_span[0] : use.word_span[1]] == b"$KERNEL/lib"
    assert [reason.text for reason in use.value.reasons] == ["`KERNEL` is assigned here"]
    assert use.hole is not None


def test_an_assignment_is_a_use_too() -> None:
    (use,) = uses("MODULE_DIR=${kernel}/lib/modules")
    assert use.assigned == "MODULE_DIR"
    assert use.command is None


def test_what_a_variable_brings_along_is_told_from_what_the_word_adds() -> None:
    (use,) = (use for use in uses("m=${kernel}/lib\ncp $m/modules .") if use.variable == "m")
    assert (shown(use.carried), shown(use.path)) == ("/lib", "/lib/modules")


def test_a_later_assignment_wins() -> None:
    assert in_command("k=${kernel}; k=/mnt; cp $k/lib .", "cp") == []


def test_both_branches_of_an_if_are_possible() -> None:
    script = "if x; then k=${kernel}; else k=${folder}; fi\ncp $k/y ."
    assert sorted(in_command(script, "cp")) == ["/lib/modules/y", "/y"]


def test_the_other_branch_is_not_possible_in_this_one() -> None:
    script = "if x; then k=${kernel}; else cp $k/y .; fi"
    assert in_command(script, "cp") == []


def test_an_assignment_in_a_subshell_stays_there() -> None:
    assert in_command("(k=${kernel}; ls $k/lib); cp $k/lib .", "ls") == ["/lib"]
    assert in_command("(k=${kernel}; ls $k/lib); cp $k/lib .", "cp") == []


def test_a_local_variable_is_not_seen_outside_its_function() -> None:
    assert in_command("f() { local k=${kernel}; }\nf; cp $k/lib .", "cp") == []


def test_a_global_set_by_a_function_is_seen_outside_it() -> None:
    assert in_command("f() { k=${kernel}; }\nf; cp $k/lib .", "cp") == ["/lib"]


def test_a_function_is_given_its_arguments_by_its_calls() -> None:
    assert in_command('copy() { cp -r "$1/lib/modules" $out; }\ncopy ${kernel}', "cp") == ["/lib/modules"]


def test_a_loop_tries_each_of_its_words() -> None:
    script = "for d in lib/modules dtbs; do cp -r ${kernel}/$d $out; done"
    assert in_command(script, "cp") == ["/lib/modules", "/dtbs"]


def test_braces_are_each_of_their_choices() -> None:
    assert in_command("cp -r ${kernel}/{lib/modules,dtbs}/x $out", "cp") == ["/lib/modules/x", "/dtbs/x"]
    assert in_command("cp -r {${kernel},$out}/lib .", "cp") == ["/lib"]


def test_the_elements_of_an_array_are_each_possible() -> None:
    script = "files=(${kernel}/a)\nfiles+=(${kernel}/b)\ncp \"''${files[@]}\" $out"
    assert sorted(in_command(script, "cp")) == ["/a", "/b"]


def test_appended_text_comes_behind() -> None:
    assert in_command("x=${kernel}; x+=/lib; cp $x/modules .", "cp") == ["/lib/modules"]


def test_a_variable_that_nobody_assigns_keeps_its_name() -> None:
    (use,) = (use for use in meaning("cp $linux/lib/modules .").uses() if use.outside == "linux")
    assert isinstance(use.value.shape, Unknown)
    assert shown(use.path) == "/lib/modules"


def test_a_derivation_attribute_is_a_variable() -> None:
    (use,) = uses('cp "$kernel"/lib/modules .')
    assert (use.outside, shown(use.path)) == ("kernel", "/lib/modules")


def test_another_output_in_an_attribute_is_that_output() -> None:
    (use,) = uses("make -C $linuxDev/lib/modules/$v/build", DEV)
    assert shown(use.path) == "/lib/modules/<?>/build"


def test_a_mark_of_substitute_all_is_a_use() -> None:
    analysed = meaning_of_file("cp @kernel@/lib/modules $out\n")
    found = analysed.uses()
    assert [(use.outside, shown(use.path)) for use in found] == [("kernel", "/lib/modules"), ("out", "")]
    assert analysed.script.source.data[slice(*found[0].span)] == b"@kernel@"


@pytest.mark.parametrize(
    ("script", "name", "through"),
    [
        ("modprobe -d ${kernel} x", "modprobe", ()),
        ("${pkgs.kmod}/bin/modprobe -d ${kernel} x", "modprobe", ()),
        ("@kmod@/bin/modprobe -d ${kernel} x", "modprobe", ()),
        ("sudo -u root env A=b modprobe -d ${kernel} x", "modprobe", ("sudo", "env")),
        ("echo x | xargs -n 1 modprobe -d ${kernel}", "modprobe", ("xargs",)),
        ("exec nice -n 5 modprobe -d ${kernel} x", "modprobe", ("exec", "nice")),
        ("find ${kernel} -name x -exec cp {} $out +", "find", ()),
        ("find . -name x -exec cp ${kernel}/y {} \\;", "cp", ("find -exec",)),
        ("chroot ${kernel} ls /", "chroot", ()),
        ("[ -e ${kernel}/lib ]", "[", ()),
        ("for x in ${kernel}/lib/*; do :; done", "for", ()),
        ("cat > x <<EOF\n${kernel}\nEOF", "cat", ()),
        ("ls 2>/dev/null ${kernel}", "ls", ()),
        ("export K=${kernel}", "export", ()),
        ("$tool ${kernel}", "", ()),
    ],
)
def test_the_command_that_a_word_is_handed_to(script: str, name: str, through: tuple[str, ...]) -> None:
    (use,) = uses(script)
    assert use.command is not None
    assert (use.command.name, use.command.through) == (name, through)


def test_all_commands_of_a_script_in_order() -> None:
    found = [command.name for command in meaning("a x\nsudo b y | ${z}/bin/c\nif d; then e; fi").commands()]
    assert found == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("script", "phrase"),
    [
        ("ln -s ${kernel}/lib/modules $out/lib", "`ln -s` makes a dangling link"),
        ("ln -sfn ${kernel}/lib $out/lib", "`ln -s` makes a dangling link"),
        ("ln -s ${kernel} $out/kernel-modules", "`ln -s` succeeds whatever it points to"),
        ("insmod ${kernel}/lib/x.ko || true", "`|| true` hides the failure"),
        ("cp -r ${kernel}/lib x || :", "`|| :` hides the failure"),
        ("if [ -e ${kernel}/lib/modules ]; then x; fi", "`[ -e ]` is false"),
        ("[[ -d ${kernel}/lib/modules ]] && x", "`[ -d ]` is false"),
        ("test -d ${kernel}/lib/modules || x", "`[ -d ]` is false"),
        ("find ${kernel} -name '*.ko'", "`find` finds nothing and succeeds"),
        ("cp -r ${kernel}/* $out", "`cp` succeeds with what is left there"),
        ("tar -C ${kernel} -c .", "`tar` succeeds with what is left there"),
        ("find ${kernel}/lib 2>/dev/null", "`2>/dev/null` hides the error"),
        ("find ${kernel}/lib | while read x; do y; done", "without `pipefail` a failure left of `|` is lost"),
        ("if grep -q x ${kernel}/lib/y; then z; fi", "the `if` takes the other branch"),
        ("while read x < ${kernel}/lib/y; do z; done", "the loop ends"),
        ("! grep -q x ${kernel}/lib/y", "`!` inverts the failure"),
        ("grep -q x ${kernel}/lib/y && z", "a failure on the left of `&&` is no error"),
        ("for f in ${kernel}/lib/*; do [ -e $f ] && x; done", "the glob of the loop matches nothing"),
        ("echo $(ls ${kernel}/lib)", "a failure in `$(...)` is lost in `echo`"),
        ("local x=$(ls ${kernel}/lib)", "a failure in `$(...)` is lost in `local`"),
        ("mapfile x < <(ls ${kernel}/lib)", "a failure in `<(...)` is lost"),
        ("rm -rf ${kernel}/lib", "`rm -f` ignores what is missing"),
        ("shopt -s nullglob; cp ${kernel}/lib/* x", "with `nullglob` the glob expands to nothing"),
    ],
)
def test_a_missing_path_goes_unnoticed(script: str, phrase: str) -> None:
    analysed = meaning(script)
    use = next(use for use in analysed.uses() if use.hole is not None)
    assert analysed.silence(use.node, use.path) == phrase


@pytest.mark.parametrize(
    "script",
    [
        "cp -r ${kernel}/lib/modules $out",
        "ln -s $out/x ${kernel}/lib",
        "find ${kernel}/lib/modules -name '*.ko'",
        "insmod ${kernel}/lib/x.ko || exit 1",
        "insmod ${kernel}/lib/x.ko || { echo no; exit 1; }",
        "[ -e ${kernel}/lib/x.ko ]",
        "[ -e ${kernel}/lib/x.ko ] || exit 1",
        "x=$(ls ${kernel}/lib)",
        "x=$(cd ${kernel}/lib && ls)",
        "true && cp -r ${kernel}/lib x",
        "cp -r $src ${kernel}",
        "set -o pipefail; ls ${kernel}/lib | cat",
    ],
)
def test_a_missing_path_is_loud(script: str) -> None:
    analysed = meaning(script)
    use = next(use for use in analysed.uses() if use.hole is not None)
    assert analysed.silence(use.node, use.path) is None


@pytest.mark.parametrize(
    "script",
    [
        "x=$x/a; y=$x$y; cp $y $x",
        "f() { x+=a; }\nx+=b\nf\ncp $x y",
        "f() { f $1; cp $1 x; }\nf $1",
        "for x in $x $x; do x=$x$x; done; cp $x y",
        "x=`echo $(echo $x)`; echo ${x:-${x:-${x:-$x}}}",
        "\n".join(f"x{n}=$x{n + 1}$x{n + 1}" for n in range(40, 0, -1)) + "\ncp $x1 y",
        "cp " + "{a,b}" * 20 + "/$k x",
        "cp " + "$(" * 80 + "x" + ")" * 80,
        "x=" + "'a" * 999,
        "\0\0$k\0",
    ],
)
def test_following_ends_on_scripts_that_lead_in_circles(script: str) -> None:
    analysed = meaning_of_file(script)
    for word in analysed.facts.words:
        assert 1 <= len(analysed.word_texts(word)) <= 8
    assert all(use.command is None or use.command.node for use in analysed.uses())


_ALPHABET = (
    "cp $k ${k} ${k%/} $(dirname \"'` ` ) ( { } ; \n | || && [ -e ] [[ ]] if then fi for x in do done case esac "
    "<<EOF \nEOF\n k= k+=( =$k /lib/modules {a,b} {$k, @kernel@ # ' local export f() && \\ ! 2>/dev/null é * $1"
)
_tokens = st.sampled_from(_ALPHABET.split(" "))


@pytest.mark.parametrize(
    ("script", "spelt"),
    [
        ("ls $(dirname $(readlink -f $link/kernel))/lib/modules", "<?>/kernel/../lib/modules"),
        ("image=$(realpath $l/kernel); at=$(dirname $image); ls $at/lib/modules", "<?>/kernel/../lib/modules"),
        ("ls $(dirname $(dirname $(realpath $link/kernel)))/lib/modules", "<?>/kernel/../../lib/modules"),
        ("ls $(dirname $link/kernel)/lib/modules", "<?>/lib/modules"),
        ("ls $(readlink -f $link/kernel)/lib/modules", "<?>/kernel/lib/modules"),
    ],
)
def test_the_folder_that_a_link_leads_to_is_not_the_one_it_stands_in(script: str, spelt: str) -> None:
    known = meaning(script)
    word = next(word for word in reversed(known.facts.words) if b"lib/modules" in (word.text or b""))
    assert shown(known.word_text(word)) == spelt


@settings(max_examples=300, deadline=None)
@given(st.lists(_tokens, max_size=30), st.lists(st.sampled_from([" ", "", "\n"]), min_size=30, max_size=30))
def test_no_script_makes_it_raise(tokens: list[str], gaps: list[str]) -> None:
    text = "".join(token + gap for token, gap in zip(tokens, gaps, strict=False))
    analysed = meaning_of_file(text)
    size = len(text.encode())
    for use in analysed.uses():
        assert 0 <= use.span[0] <= use.span[1] <= size
        assert use.word_span[0] <= use.span[0]
        analysed.silence(use.node, use.path)
    for node, _ in shell.walk(analysed.script.tree.root_node):
        analysed.command_of(node)


# A word of the shell as pieces: how '' and "" strings write each, and what the use there must be underlined as.
_parts = st.sampled_from(
    [
        ("/lib", "/lib", False),
        ("é", "é", False),
        ("''$KERNEL/", "\\$KERNEL/", True),
        ("''${KERNEL}", "\\${KERNEL}", True),
        ("${kernel}", "${kernel}", True),
        ("${folder}", "${folder}", True),
        ("$K-", "$K-", True),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_parts, min_size=1, max_size=5), min_size=1, max_size=6), st.booleans(), st.booleans())
def test_what_is_underlined_is_what_wrote_the_shell_word(
    words: list[list[tuple[str, str, bool]]], indented: bool, quoted: bool
) -> None:
    quote = "''" if indented else '"'
    shell_quote = ('"' if indented else '\\"') if quoted else ""
    text = quote + "\n  cp"
    wanted: list[tuple[int, int]] = []
    whole: list[tuple[int, int]] = []
    for word in words:
        text += "\n  cp " if len(whole) % 2 else " "
        start = len(text.encode())
        text += shell_quote
        for in_indented, in_quoted, is_use in word:
            piece = in_indented if indented else in_quoted
            at = len(text.encode())
            text += piece
            if is_use:
                wanted.append((at, at + len(piece.rstrip("/-").encode())))
        text += shell_quote
        whole.append((start, len(text.encode())))
    source = Source("x.nix", (text + " end" + quote).encode())
    found = meaning_of(source).uses()
    assert sorted({use.span for use in found}) == sorted(wanted)
    assert {use.word_span for use in found} <= set(whole)
