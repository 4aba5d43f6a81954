{
  lib,
  makeInitrd,
  makeModulesClosure,
  aggregateModules,
  linux-firmware,
  kernelPackages,
}:

let
  # The fan must turn before anything else does.
  tree = aggregateModules [
    kernelPackages.kernel
    kernelPackages.board-fan
  ];

  closure = makeModulesClosure {
    kernel = tree;
    firmware = linux-firmware;
    rootModules = [
      "board-fan"
      "ext4"
    ];
  };
in
makeInitrd {
  contents = [
    {
      object = "${closure}/lib/modules";
      symlink = "/lib/modules";
    }
    {
      object = "${lib.getLib linux-firmware}/lib/firmware";
      symlink = "/lib/firmware";
    }
  ];
}
