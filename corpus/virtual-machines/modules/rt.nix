# A kernel with real-time scheduling, whose own modules are used before those of others.
{ config, lib, pkgs, ... }:

let
  cfg = config.realtime;
  realtime = pkgs.linuxPackages_rt_6_6;
in
{
  options.realtime.enable = lib.mkEnableOption "a real-time kernel";

  config = lib.mkIf cfg.enable (lib.mkMerge [
    {
      boot.kernelPackages = realtime;
      boot.extraModulePackages = with realtime; [ rtw88 ];
      boot.kernel.sysctl."kernel.sched_rt_runtime_us" = -1;
    }
    {
      system = {
        modulesTree = lib.mkForce (config.boot.extraModulePackages ++ [ realtime.kernel ]);
        extraSystemBuilderCmds = ''
          ln -s ${realtime.kernel}/System.map $out/System.map
        '';
      };
    }
  ]);
}
