# `programs/splitlint.nix` of treefmt-nix, and a module to import until it is there (see treefmt.md).
{
  lib,
  config,
  mkFormatterModule,
  ...
}:
let
  cfg = config.programs.splitlint;
in
{
  meta.maintainers = [ ];

  imports = [
    (mkFormatterModule {
      name = "splitlint";
      # Only what can be fixed safely is changed; what cannot is left to `splitlint check`.
      args = [
        "check"
        "--fix-only"
        "--quiet"
        "--force-exclude"
      ];
      includes = [
        "*.nix"
        "*.sh"
        "*.bash"
        "*.py"
      ];
    })
  ];

  options.programs.splitlint = {
    ignore = lib.mkOption {
      description = "Rules and packs that are not fixed.";
      type = with lib.types; listOf str;
      example = [ "vmlinux" ];
      default = [ ];
    };
    nixpkgs = lib.mkOption {
      description = "The oldest release of nixpkgs that the code has to work with. Fixes for newer ones are shorter.";
      type = with lib.types; nullOr str;
      example = "25.11";
      default = null;
    };
    unsafe-fixes = lib.mkEnableOption "fixes that should be reviewed";
  };

  config = lib.mkIf cfg.enable {
    settings.formatter.splitlint.options =
      lib.optional (cfg.ignore != [ ]) "--ignore=${lib.concatStringsSep "," cfg.ignore}"
      ++ lib.optional (cfg.nixpkgs != null) "--nixpkgs=${cfg.nixpkgs}"
      ++ lib.optional cfg.unsafe-fixes "--unsafe-fixes";
  };
}
