# Runs a derivation's builder in a virtual machine. Older than the one in nixpkgs, and much smaller.
{
  pkgs,
  kernel ? pkgs.linux,
  rootModules ? [
    "virtio_pci"
    "virtio_blk"
    "virtiofs"
    "ext4"
  ],
}:

let
  inherit (pkgs) lib;

  modulesClosure = pkgs.makeModulesClosure {
    inherit kernel rootModules;
    firmware = kernel;
  };

  stage1 = pkgs.writeScript "vm-stage-1" ''
    #!${pkgs.pkgsStatic.busybox}/bin/ash
    export PATH=${pkgs.pkgsStatic.busybox}/bin
    mkdir -p /etc /dev /proc /sys /fs
    mount -t proc none /proc
    mount -t devtmpfs none /dev
    for module in $(cat ${modulesClosure}/insmod-list); do
      insmod "$module" || true
    done
    mount -t virtiofs store /fs/nix/store
    exec switch_root /fs ${stage2} "$out"
  '';

  stage2 = pkgs.writeShellScript "vm-stage-2" ''
    export PATH=${lib.makeBinPath [ pkgs.coreutils pkgs.kmod pkgs.util-linux ]}
    cd "$NIX_BUILD_TOP"

    # Loading on demand: the kernel runs this with a bare environment.
    export MODULE_DIR=${kernel}/lib/modules/
    cat > /run/modprobe <<EOF
    #!/bin/sh
    export MODULE_DIR=$MODULE_DIR
    exec ${pkgs.kmod}/bin/modprobe "\$@"
    EOF
    chmod 755 /run/modprobe
    echo /run/modprobe > /proc/sys/kernel/modprobe

    exec "$origBuilder" $origArgs
  '';

  initrd = pkgs.makeInitrd {
    contents = [
      {
        object = stage1;
        symlink = "/init";
      }
    ];
  };
in
{
  inherit initrd modulesClosure kernel;

  runInMachine =
    derivation:
    derivation.overrideAttrs (old: {
      requiredSystemFeatures = [ "kvm" ];
      origBuilder = old.builder or pkgs.runtimeShell;
      origArgs = old.args or [ ];
      builder = pkgs.writeShellScript "run-machine" ''
        ${pkgs.qemu_kvm}/bin/qemu-kvm -nographic -no-reboot -m 512 \
          -kernel ${kernel}/${pkgs.stdenv.hostPlatform.linux-kernel.target} \
          -initrd ${initrd}/initrd -append "console=ttyS0 panic=1 out=$out"
      '';
    });
}
