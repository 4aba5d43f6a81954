{ pkgs ? import <nixpkgs> { } }:
let
  inherit (pkgs) lib openssl;
in
pkgs.mkShell {
  packages = [ pkgs.cargo pkgs.pkg-config openssl ];
  buildInputs = [
    pkgs.wayland
    pkgs.mesa # for libgbm
  ];
  LIBCLANG_PATH = "${pkgs.llvmPackages.libclang}/lib";
  OPENSSL_LIB_DIR = "${lib.getLib openssl}/lib";
  OPENSSL_INCLUDE_DIR = "${openssl}/include";
  LD_LIBRARY_PATH = lib.makeLibraryPath [ openssl pkgs.zlib pkgs.stdenv.cc.cc ];
}
