{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.handset.initrd;

  loader = pkgs.writeScript "init" ''
    #!/bin/ash
    mount -t devtmpfs none /dev
    mount -t proc none /proc
    mount -t sysfs none /sys

    release=$(uname -r)
    if [ -e "/lib/modules/$release/modules.dep" ]; then
      for module in ${toString config.handset.kernel.modules}; do
        modprobe "$module" || echo "no module $module" > /dev/kmsg
      done
    fi

    mount -o ro LABEL=rootfs /mnt || exec /bin/ash
    exec switch_root /mnt /init
  '';
in
{
  options.handset = {
    initrd.contents = lib.mkOption {
      type = lib.types.listOf (lib.types.attrsOf lib.types.unspecified);
      default = [ ];
      description = "Files of the first stage, as `makeInitrd` takes them.";
    };
    initrd.firmware = lib.mkOption {
      type = lib.types.listOf lib.types.package;
      default = [ ];
      description = "Packages with a lib/firmware that the first stage needs.";
    };
    build.initrd = lib.mkOption {
      type = lib.types.package;
      readOnly = true;
      description = "The compressed first stage.";
    };
  };

  config.handset = {
    initrd.contents = [
      {
        object = loader;
        symlink = "/init";
      }
      {
        object = "${pkgs.pkgsStatic.busybox}/bin";
        symlink = "/bin";
      }
    ]
    ++ map (package: {
      object = "${package}/lib/firmware";
      symlink = "/lib/firmware";
    }) (lib.take 1 cfg.firmware);

    build.initrd = pkgs.makeInitrd {
      inherit (cfg) contents;
      compressor = "gzip";
    };
  };
}
