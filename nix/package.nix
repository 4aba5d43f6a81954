# In the form of nixpkgs' `pkgs/by-name/sp/splitlint/package.nix`. The flake builds its own checkout with it.
{
  lib,
  fetchFromGitHub,
  gitMinimal,
  nix,
  python3Packages,
}:

python3Packages.buildPythonApplication (finalAttrs: {
  pname = "splitlint";
  version = "0.1.0";
  pyproject = true;

  src = fetchFromGitHub {
    owner = "splitlint";
    repo = "splitlint";
    tag = "v${finalAttrs.version}";
    # To be set when the tag is there.
    hash = lib.fakeHash;
  };

  build-system = [ python3Packages.setuptools ];

  dependencies = [
    python3Packages.libcst
    python3Packages.rich
    python3Packages.tree-sitter
    python3Packages.tree-sitter-grammars.tree-sitter-bash
    python3Packages.tree-sitter-grammars.tree-sitter-nix
  ];

  optional-dependencies = {
    report = [ python3Packages.jinja2 ];
    lsp = [ python3Packages.pygls ];
    dask = [ python3Packages.distributed ];
    fast = [ python3Packages.ahocorasick-rs ];
  };

  # It works without git, and then does not know which files are ignored. The git of whoever runs it comes first.
  makeWrapperArgs = [
    "--suffix"
    "PATH"
    ":"
    (lib.makeBinPath [ gitMinimal ])
  ];

  nativeCheckInputs = [
    gitMinimal
    nix
    python3Packages.hypothesis
    python3Packages.jinja2
    python3Packages.pytestCheckHook
  ];

  # The cases of all rule pages, the grammars, and the corpus. The other tests need tools or a network.
  enabledTestPaths = [
    "tests/syntax"
    "tests/test_corpus.py"
    "tests/test_rules.py"
  ];

  pythonImportsCheck = [ "splitlint" ];

  meta = {
    description = "Finds and fixes Nix code that reads a package's files from an output that no longer has them";
    homepage = "https://github.com/splitlint/splitlint";
    changelog = "https://github.com/splitlint/splitlint/blob/v${finalAttrs.version}/CHANGELOG.md";
    license = lib.licenses.mit;
    # Whoever submits it enters themselves.
    maintainers = [ ];
    mainProgram = "splitlint";
    platforms = lib.platforms.unix;
  };
})
