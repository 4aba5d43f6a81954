# Looking into a store path at evaluation time: the stand-in builds nothing, so the answers come from here.
{ split, lib }:
let
  contains = part: path: builtins.length (builtins.split part (builtins.unsafeDiscardStringContext path)) > 1;
  isKernel = path: contains "/nix/store/[a-z0-9]*-linux-[^/]*" path;
  inModules = path: contains "/nix/store/[a-z0-9]*-linux-[^/]*-modules(/|$)" path;
  inDev = path: contains "/nix/store/[a-z0-9]*-linux-[^/]*-dev(/|$)" path;
  isModules = path: contains "/lib(/modules.*)?$" path;
  exists =
    value:
    let
      path = toString value;
    in
    if !isKernel path then
      builtins.pathExists value
    else if isModules path then
      !inDev path && (if split then inModules path else !inModules path)
    else
      !inModules path && !inDev path;
  present = value: if exists value then value else throw "opening '${toString value}': No such file or directory";
in
{
  pathExists = exists;
  readDir = value: if isKernel (toString value) then builtins.seq (present value) { "6.12.59" = "directory"; } else builtins.readDir value;
  readFile = value: if isKernel (toString value) then builtins.seq (present value) "content of ${value}" else builtins.readFile value;
}
