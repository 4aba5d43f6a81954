{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib)
    mkDefault
    mkIf
    mkMerge
    mkOption
    types
    ;
  cfg = config.handset.kernel;

  # What the first stage needs to find the root file system, and nothing more:
  # the boot partition of most phones holds 32 MiB.
  closure = pkgs.makeModulesClosure {
    kernel = cfg.package;
    firmware = config.hardware.firmware;
    rootModules = cfg.modules ++ cfg.extraModules;
    allowMissing = cfg.tolerateMissing;
  };

  # Stands in for the kernel where the boot loader of the vendor brings its own.
  nullKernel = pkgs.runCommand "null-kernel" {
    version = "99";
    passthru = {
      modDirVersion = "99";
      kernelOlder = lib.versionOlder "3.18";
      kernelAtLeast = lib.versionAtLeast "3.18";
    };
  } "mkdir $out; touch $out/no-kernel-here";
in
{
  options.handset.kernel = {
    package = mkOption {
      type = types.nullOr types.package;
      default = null;
      description = "The kernel that the first stage boots. A derivation, not a package set.";
    };
    fromNixOS = mkOption {
      type = types.bool;
      default = false;
      description = "Boot the kernel that NixOS would boot, with the modules NixOS would load.";
    };
    modular = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the kernel has modules at all. Most vendor kernels have none.";
    };
    modules = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Modules that are bundled and loaded.";
    };
    extraModules = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Modules that are bundled only.";
    };
    tolerateMissing = mkOption {
      type = types.bool;
      default = true;
      description = "Go on when a module is not there, as it may well be built in.";
    };
  };

  config = mkMerge [
    (mkIf cfg.modular {
      handset.initrd.firmware = [ closure ];
      handset.initrd.contents = [
        {
          object = "${closure}/lib/modules";
          symlink = "/lib/modules";
        }
      ];
      handset.kernel.modules = [
        "evdev"
        "loop"
        "uinput"
      ];
      handset.kernel.extraModules = [
        "ext4"
        "vfat"
        "nls_cp437"
      ];
    })

    (mkIf (!cfg.modular) {
      handset.initrd.contents = [
        {
          # An empty folder keeps the loader task of the first stage on one code path.
          object =
            let
              nothing = pkgs.runCommand "no-modules" { } "mkdir -p $out/lib/modules";
            in
            "${nothing}/lib/modules";
          symlink = "/lib/modules";
        }
      ];
    })

    (mkIf cfg.fromNixOS {
      handset.kernel = {
        package = config.boot.kernelPackages.kernel;
        modular = true;
        modules = config.boot.initrd.kernelModules;
        extraModules = config.boot.initrd.availableKernelModules;
      };
    })

    (mkIf (!cfg.fromNixOS) {
      boot.kernelPackages = mkDefault (
        pkgs.linuxPackagesFor (if cfg.package == null then nullKernel else cfg.package)
      );
      system.requiredKernelConfig = lib.mkForce [ ];
    })
  ];
}
