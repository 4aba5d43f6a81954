{ lib, ... }:

{
  options.imageChecks = {
    drivers = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "drivers/net/ethernet/intel/igc/igc" ];
      description = "Drivers that the image must have, as paths below the kernel's folder of modules.";
    };
    maxSize = lib.mkOption {
      type = lib.types.ints.positive;
      default = 900;
      description = "The size of the whole image at most, in MiB.";
    };
    kernelFolder = lib.mkOption {
      type = lib.types.str;
      internal = true;
      description = "Where the modules of the kernel are, for checks in other repositories.";
    };
  };
}
