{ pkgs }:

let
  root = pkgs.buildEnv {
    name = "guest-root";
    paths = [
      pkgs.bashInteractive
      pkgs.coreutils
      pkgs.iproute2
    ];
    pathsToLink = [
      "/bin"
      "/lib"
    ];
  };

  image = pkgs.runCommand "root.squashfs" { nativeBuildInputs = [ pkgs.squashfsTools ]; } ''
    mksquashfs ${root} $out -all-root -noappend
  '';
in
{
  rootImage = image;
  hashTree = pkgs.runCommand "root.verity" { nativeBuildInputs = [ pkgs.cryptsetup ]; } ''
    mkdir $out
    veritysetup format ${image} $out/tree --root-hash-file $out/hash --salt -
  '';
}
