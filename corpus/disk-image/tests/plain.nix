{ pkgs, self }:

let
  inherit (pkgs.testers) nixosTest;
in
nixosTest {
  name = "platter-plain";

  nodes.machine =
    { config, ... }:
    {
      imports = [ self.nixosModules.default ];
      boot.kernelPackages = pkgs.linuxPackages_latest;
      virtualisation.emptyDiskImages = [ 4096 ];

      # Only modules of other packages belong here.
      boot.extraModulePackages = [ config.boot.kernelPackages.v4l2loopback ];
      environment.etc."module-tree".source = "${config.system.modulesTree}/lib/modules";
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("test -d /run/current-system/kernel-modules/lib/modules")
    machine.succeed("modprobe -d /run/booted-system/kernel-modules --show-depends loop")
    machine.succeed("test -e /run/current-system/kernel")
  '';
}
