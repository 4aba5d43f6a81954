{
  config,
  pkgs,
  lib,
  ...
}:

let
  # The argument is called `kernel`; the tree holds the modules of all packages.
  closure = pkgs.makeModulesClosure {
    kernel = config.system.modulesTree;
    firmware = pkgs.linux-firmware;
    rootModules = config.boot.initrd.availableKernelModules;
    allowMissing = false;
  };

  # Never booted: it only shows the size of everything that could be in there.
  everything = pkgs.makeModulesClosure {
    inherit (config.boot.kernelPackages) kernel;
    firmware = pkgs.linux-firmware;
    rootModules = config.boot.initrd.availableKernelModules ++ config.boot.kernelModules;
  };
in
{
  options.system.build.initrd = lib.mkOption {
    type = lib.types.package;
    readOnly = true;
    description = "The first stage.";
  };

  config.system.build.initrd = pkgs.makeInitrdNG {
    compressor = "zstd";
    passthru = { inherit everything; };
    contents = [
      {
        source = "${closure}/lib";
        target = "/lib";
      }
      {
        source = "${pkgs.finit}/bin/finit";
        target = "/init";
      }
      {
        source = "${pkgs.kmod}/bin";
        target = "/bin";
      }
    ];
  };
}
