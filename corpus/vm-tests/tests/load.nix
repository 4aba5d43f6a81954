{ pkgs }:

pkgs.testers.runNixOSTest {
  name = "load-modules";

  nodes.machine =
    { config, pkgs, ... }:
    {
      boot.kernelPackages = pkgs.linuxPackages_latest;
      environment.systemPackages = [ pkgs.kmod ];
      # Read by the script below.
      environment.variables.UINPUT_KO = "${config.boot.kernelPackages.kernel}/lib/modules/${config.boot.kernelPackages.kernel.modDirVersion}/kernel/drivers/input/misc/uinput.ko.xz";
      environment.variables.VMLINUX = "${config.boot.kernelPackages.kernel.dev}/vmlinux";
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("modprobe loop")
    machine.succeed("test -d /lib/modules/$(uname -r) || test -d /run/booted-system/kernel-modules/lib/modules")
    machine.succeed("bash -lc 'xz -dc $UINPUT_KO > /tmp/uinput.ko && insmod /tmp/uinput.ko'")
    assert "loop" in machine.succeed("lsmod")
  '';
}
