{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.boot.kernelPackages) kernel;
  release = kernel.modDirVersion;
  hasBtf = pkgs.runCommand "has-btf" { } ''
    grep -q '^CONFIG_DEBUG_INFO_BTF=y' ${kernel}/config-${release}
    touch $out
  '';
in
{
  environment.systemPackages = [
    config.boot.kernelPackages.bpftrace
    kernel.dev
  ];

  environment.variables = {
    BPFTRACE_KERNEL_SOURCE = "${kernel.dev}/lib/modules/${release}/source";
    BPFTRACE_KERNEL_BUILD = "${kernel.dev}/lib/modules/${release}/build";
    KERNEL_IMAGE = "${kernel}/Image";
  };

  environment.etc."debug/vmlinux".source = "${kernel}/vmlinux";
  environment.etc."debug/config".source = kernel.configfile;

  system.checks = lib.optional config.programs.bcc.enable hasBtf;
}
