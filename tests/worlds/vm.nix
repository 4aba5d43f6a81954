# Whether vmTools takes its arguments, on either side of NixOS/nixpkgs#530764: the newer one asks its kernel for the
# name of the image, and takes the tree of modules apart.
{ asked, lib }:
let
  old = [ "kernel" "img" "rootModules" "customQemu" "pkgs" "lib" ];
  new = [ "kernel" "kernelImage" "kernelModules" "rootModules" "customQemu" "pkgs" "lib" ];
  strange = args: builtins.filter (name: !(builtins.elem name (if asked then new else old))) (builtins.attrNames args);
in
args:
if strange args != [ ] then
  throw "called with unexpected argument '${builtins.head (strange args)}'"
else if asked && !(args ? kernelImage) && !(args.kernel ? target) then
  throw "the kernel of vmTools has no `target`"
else
  args
