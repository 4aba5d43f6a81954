"""Whatever a file holds, it is checked: words of its language in any order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX, PYTHON, SHELL, TEXT
from splitlint.files.source import Source
from tests.asking import RULE_SET

LANGUAGES = {"a.nix": NIX, "a.sh": SHELL, "a.py": PYTHON, "a.yml": TEXT, "a.md": TEXT}
WORDS = {
    "a.nix": r"""{ } [ ] ( ) " '' ${ ; , : @ ... . ? or = == // ++ + - -> && || ! < |> <| let in rec with inherit if
        then else assert import a k x: {pkgs,lib,kernel?pkgs.linux,...}: pkgs lib config pkgs.linux /lib/modules modules
        config.boot.kernelPackages.kernel kernel.dev "${pkgs.linux}/lib/modules" lib.getOutput lib.optional lib.mkIf map
        (n:v: builtins. toString pkgs.runCommand pkgs.stdenv.mkDerivation .overrideAttrs(old:{ .override{ buildInputs=
        makeFlags= postInstall='' pkgs.aggregateModules pkgs.makeModulesClosure pkgs.buildEnv paths= passthru
        system.modulesTree= cp $out $kernel K= sed fi ~/a <nixpkgs> ./. null true ''${ ''\ $${ env ? throw
        callPackage""",
    "a.sh": r"""K= $K ${K} ${K# " ' $( ` ) { } ( ; & && || if then else fi for i in do done while case esac ;; <<EOF EOF
        f(){ function local export [ [[ ] ]] cp ln find -exec cd sed xargs nix build nix-build .#linux -o result
        result/lib/modules $kernel/lib/modules /run/booted-system/kernel-modules /bzImage * {a,b} \ $@ $(( <( >
        2>/dev/null | # eval source . trap return exit env sudo make read shift ! = += a / .. -- @x@ realpath
        dirname""",
    "a.py": r"""import os from pathlib Path os.path.join( " ' """
    + '"""'
    + r""" f" r" b" { } ( ) [ ] , : = + % .format( .
        kernel os.environ "/run/booted-system/kernel-modules" "bzImage" open( def class return lambda if else: for while
        with as try: except: match case _ * ** @ not None 0 1j \ # ; -> := .parent glob.glob( async await del ~ < !""",
    "a.yml": r"""jobs: steps: - run: | > >- " ' nix build nixpkgs#linux nix-build -A cp result/lib/modules script: ? { }
        [ ] , &a *a !!str --- ... # uses: shell: bash ${{ }} \ % @ ` before_script: EOF""",
    "a.md": r"""# ```sh ```nix ``` ~~~ $ > - 1. * | ` nix build nixpkgs#linux cp result/lib/modules x <pre> ::
        <!--splitlint:ignore[modules-path]--> .. code-block::sh {=html} == \ #+begin_src #+end_src""",
}
ALSO = ["\n", "\n  ", "\t", " ", " ", " ", "é", "\0", "\udcff"]
TEXTS = {
    name: st.lists(st.sampled_from([*words.split(), *ALSO]), max_size=60).map("".join) for name, words in WORDS.items()
}


@pytest.mark.parametrize("name", WORDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_words_of_a_language_in_any_order_are_checked(name: str, data: st.DataObject) -> None:
    text = data.draw(TEXTS[name]).encode("utf-8", "surrogateescape")
    for finding in check_source(Source(name, text, LANGUAGES[name]), RULE_SET, Config()).findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        for edit in (edit for fix in finding.fixes for edit in fix.edits if edit.path == name):
            assert 0 <= edit.start <= edit.end <= len(text)
