# As much of nixpkgs as flake.nix and the files of nix/ ask for. Packages are sets with their name, and build nothing.
let
  package = name: {
    pname = name;
    outPath = "/nix/store/stand-in-${name}";
    override = _: package name;
  };
  named = names: builtins.listToAttrs (map (name: { inherit name; value = package name; }) names);
  optionals = condition: list: if condition then list else [ ];
  type = name: { _type = name; };
in
rec {
  lib = {
    inherit optionals;
    optional = condition: one: optionals condition [ one ];
    genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
    substring = builtins.substring;
    mapAttrs = builtins.mapAttrs;
    concatStringsSep = builtins.concatStringsSep;
    makeBinPath = packages: builtins.concatStringsSep ":" (map (one: "${one}/bin") packages);
    escapeShellArgs = words: builtins.concatStringsSep " " (map (word: "'${word}'") words);
    fakeHash = "sha256-none";
    licenses.mit = type "mit";
    platforms.unix = [ "x86_64-linux" ];
    mkDefault = value: value;
    mkOption = option: option;
    mkEnableOption = description: { inherit description; type = type "bool"; default = false; };
    mkIf = condition: value: if condition then value else { };
    types = {
      bool = type "bool";
      str = type "str";
      listOf = type;
      nullOr = type;
      enum = type;
      submodule = module: module // { _type = "submodule"; };
    };
  };

  python3Packages = named [ "ahocorasick-rs" "distributed" "hypothesis" "jinja2" "libcst" "pygls" "pytestCheckHook" "rich" "setuptools" "tree-sitter" ] // {
    tree-sitter-grammars = named [ "tree-sitter-bash" "tree-sitter-nix" ];
    buildPythonApplication =
      given:
      let
        made = arguments: arguments // {
          outPath = "/nix/store/stand-in-${arguments.pname}-${arguments.version}";
          overridePythonAttrs = change: made (arguments // change arguments);
        };
        final = given final;
      in
      made (if builtins.isFunction given then final else given);
  };

  pkgs = named [ "actionlint" "git" "gitMinimal" "nix" "ripgrep" "shellcheck" ] // {
    inherit lib python3Packages;
    fetchFromGitHub = arguments: arguments // { outPath = "/nix/store/stand-in-source"; };
    callPackage = file: more: let f = import file; in f (builtins.intersectAttrs (builtins.functionArgs f) pkgs // more);
    runCommand = name: environment: script: { inherit name script; } // environment;
    mkShell = arguments: arguments;
    python3.withPackages = choose: choose (named [ "hypothesis" "jinja2" "jsonschema" "pytest" "pytest-cov" ]);
  };

  nixpkgs = {
    inherit lib;
    legacyPackages = lib.genAttrs [ "aarch64-darwin" "aarch64-linux" "x86_64-darwin" "x86_64-linux" ] (_: pkgs);
  };

  # The module of the hook, as git-hooks.nix calls it, with some settings.
  hook =
    file: settings:
    let
      given = module: builtins.mapAttrs (_: option: option.default) module.options.settings;
      made = import file {
        inherit lib pkgs;
        hookModule = { };
        config.tools.splitlint = package "splitlint";
        config.hooks.splitlint = {
          package = package "splitlint";
          settings = given made.options.hooks.splitlint.type // settings;
        };
      };
    in
    made.config.hooks.splitlint;

  # The module of the formatter, as treefmt-nix calls it: its command line.
  formatter =
    file: settings:
    let
      made = import file {
        inherit lib;
        mkFormatterModule = arguments: arguments;
        config.programs.splitlint = { enable = true; } // builtins.mapAttrs (_: option: option.default) made.options.programs.splitlint // settings;
      };
      base = builtins.head made.imports;
    in
    { inherit (base) includes; options = base.args ++ made.config.settings.formatter.splitlint.options; };
}
