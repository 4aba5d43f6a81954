{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.appliance;
  release = cfg.kernelPackage.modDirVersion;

  # The path is what the option says: nothing to mend here.
  rescueRoot = pkgs.runCommand "rescue-root" { nativeBuildInputs = [ pkgs.kmod ]; } ''
    mkdir -p $out/lib/modules/${release}
    for name in ${toString cfg.kernel.modules}; do
      file=$(find ${cfg.kernelModulesPath}/${release} -name "$name.ko*" -print -quit)
      cp "$file" $out/lib/modules/${release}/
    done
    depmod -b $out ${release}
  '';

  load = pkgs.writeShellScript "load-rescue" ''
    ${pkgs.kexec-tools}/bin/kexec --load-panic ${cfg.kernelImage} \
      --initrd ${config.system.build.rescueInitrd}/initrd \
      --dtb ${cfg.kernelPackage}/dtbs/${config.hardware.deviceTree.name}
  '';
in
{
  config = {
    system.build.rescueInitrd = pkgs.makeInitrdNG {
      contents = [
        {
          source = "${rescueRoot}/lib";
          target = "/lib";
        }
        {
          source = "${pkgs.pkgsStatic.busybox}/bin";
          target = "/bin";
        }
      ];
    };
    systemd.services.load-rescue = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig.ExecStart = load;
      unitConfig.ConditionPathExists = lib.mkDefault "/sys/kernel/kexec_crash_loaded";
    };
  };
}
