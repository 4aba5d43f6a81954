# Import this module and every build of the system is checked.
{
  imports = [
    ./checks/options.nix
    ./checks/drivers.nix
    ./checks/size.nix
    ./checks/report.nix
  ];
}
