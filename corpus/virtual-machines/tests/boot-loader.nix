{ pkgs ? import <nixpkgs> { } }:

pkgs.testers.runNixOSTest {
  name = "sandbox-boot-loader";

  nodes.machine = { ... }: {
    imports = [ ../modules ];
    virtualisation.sandbox.useBootLoader = true;
  };

  testScript = { nodes, ... }: ''
    toplevel = "${nodes.machine.system.build.toplevel}"

    machine.wait_for_unit("multi-user.target")
    machine.succeed(f"test -d {toplevel}/kernel-modules/lib/modules")

    with subtest("the loader starts the image of this system"):
        image = machine.succeed(f"readlink -f {toplevel}/kernel").strip()
        assert image.endswith("/bzImage"), image
        machine.succeed("kexec --load /run/booted-system/kernel-modules/bzImage --reuse-cmdline")

    with subtest("modules are those of the running kernel"):
        release = machine.succeed("uname -r").strip()
        machine.succeed(f"test -e /run/booted-system/kernel-modules/lib/modules/{release}/modules.dep")
  '';
}
