# The hook `splitlint` of git-hooks.nix, as a module to import until it is one of the hooks there (see git-hooks.md).
{
  config,
  lib,
  pkgs,
  hookModule,
  ...
}:
let
  inherit (config) hooks tools;
  inherit (lib) mkDefault mkOption types;
  inherit (hooks.splitlint) package settings;

  # What `--staged` reports may be in files that the commit does not change, so it has to run whatever is changed.
  changesOnly = settings.changesOnly && !settings.fix;
  given = flag: value: lib.optionals (value != null) [ "${flag}=${value}" ];
  list = flag: values: lib.optionals (values != [ ]) [ "${flag}=${lib.concatStringsSep "," values}" ];
  arguments =
    [ "--quiet" ]
    ++ (if changesOnly then [ "--staged" ] else [ "--force-exclude" ])
    ++ lib.optionals settings.fix [ "--fix" ]
    ++ given "--config" settings.configPath
    ++ given "--min-confidence" settings.minConfidence
    ++ given "--nixpkgs" settings.nixpkgs
    ++ list "--select" settings.select
    ++ list "--ignore" settings.ignore;
in
{
  options.hooks.splitlint = mkOption {
    description = "splitlint hook";
    type = types.submodule {
      imports = [ hookModule ];
      options.settings = {
        changesOnly = mkOption {
          type = types.bool;
          description = "Report only what the commit breaks, also in files that it does not change.";
          default = true;
        };
        configPath = mkOption {
          type = types.nullOr types.str;
          description = "Path to the configuration, if it is not `.splitlint.toml` or `pyproject.toml`.";
          default = null;
        };
        fix = mkOption {
          type = types.bool;
          description = "Apply safe fixes to the files of the commit, instead of only reporting what it breaks.";
          default = false;
        };
        ignore = mkOption {
          type = types.listOf types.str;
          description = "Rules and packs that are not checked.";
          default = [ ];
          example = [ "vmlinux" ];
        };
        minConfidence = mkOption {
          type = types.nullOr (
            types.enum [
              "low"
              "medium"
              "high"
            ]
          );
          description = "How certain a finding has to be.";
          default = null;
        };
        nixpkgs = mkOption {
          type = types.nullOr types.str;
          description = "The oldest release of nixpkgs that the code has to work with.";
          default = null;
          example = "25.11";
        };
        select = mkOption {
          type = types.listOf types.str;
          description = "The only rules and packs that are checked; empty for all of them.";
          default = [ ];
          example = [ "kernel-modules" ];
        };
      };
    };
  };

  config.hooks.splitlint = lib.mapAttrs (_: mkDefault) {
    name = "splitlint";
    description = "Find code that reads a package's files from an output that no longer has them.";
    package = tools.splitlint or pkgs.splitlint;
    entry = "${package}/bin/splitlint check ${lib.escapeShellArgs arguments}";
    types = [ "text" ];
    always_run = changesOnly;
    require_serial = true;
  };
}
