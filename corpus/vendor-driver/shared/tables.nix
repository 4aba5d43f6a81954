# For a small init without kmod: tables that its own loader reads.
{
  lib,
  runCommand,
  python3,
  kernel,
}:

let
  modules = lib.getOutput "modules" kernel;
in
runCommand "module-tables"
  {
    nativeBuildInputs = [ python3 ];
    kernelModules = modules;
    image = "${kernel}/bzImage";
    map = "${kernel}/System.map";
    aliases = "${kernel}/lib/modules/${kernel.modDirVersion}/modules.alias";
    order = "${modules}/lib/modules/${kernel.modDirVersion}/modules.order";
  }
  ''
    mkdir -p $out
    cut -d ' ' -f 2,3 "$aliases" > $out/aliases
    cp "$order" $out/order
    cp $kernelModules/lib/modules/${kernel.modDirVersion}/modules.builtin $out/builtin
    cp "$map" $out/symbols
    file -L "$image" > $out/image
  ''
