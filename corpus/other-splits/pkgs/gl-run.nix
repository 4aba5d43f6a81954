{ stdenv, lib, linuxPackages, mesa, libglvnd, writeShellScriptBin, symlinkJoin }:
let
  libraries = linuxPackages.nvidia_x11.override {
    libsOnly = true;
    kernel = null;
  };
  trace = stdenv.mkDerivation {
    name = "gl-trace";
    buildInputs = [ libglvnd mesa.dev ];
  };
in
symlinkJoin {
  name = "gl-run";
  paths = [
    trace
    (writeShellScriptBin "gl-run" ''
      export LD_LIBRARY_PATH=${lib.makeLibraryPath [ libglvnd libraries ]}
      exec "$@"
    '')
  ];
}
