{
  rustPlatform,
  lib,
  pkg-config,
  openssl,
}:

rustPlatform.buildRustPackage {
  pname = "attest-agent";
  version = "0.3.1";
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.maybeMissing ../agent;
  };
  cargoHash = lib.fakeHash;
  nativeBuildInputs = [ pkg-config ];
  buildInputs = [ openssl ];

  # Reads /sys/kernel/config/tsm/report, for which the guest loads sev-guest.
  env.ATTEST_MODULE_DIR = "/lib/modules/guest";
  doCheck = false;
}
