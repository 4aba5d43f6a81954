{ lib, stdenv, postgresql, geos }:
stdenv.mkDerivation {
  pname = "geo-extension";
  version = "2.1";
  src = ./geo;
  nativeBuildInputs = lib.optional (postgresql ? pg_config) postgresql.pg_config;
  makeFlags = [
    "PG_CONFIG=${postgresql}/bin/pg_config"
    "GEOS=${geos}"
  ];
  NIX_CFLAGS_COMPILE = "-I${postgresql}/include/server";
  installPhase = ''
    install -D geo.so $out/lib/geo.so
    ${postgresql}/bin/postgres --version
  '';
}
