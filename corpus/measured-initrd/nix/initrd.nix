{
  pkgs,
  agent,
  kernel,
  init,
}:

let
  inherit (pkgs) lib;

  # udev's helpers would pull in half of systemd.
  veritysetup = pkgs.pkgsStatic.cryptsetup;

  inTree = "${kernel}/lib/modules/${kernel.modDirVersion}/kernel";

  # Order matters: init.sh loads them as they are numbered.
  drivers = [
    "drivers/dax/dax"
    "drivers/md/dm-mod"
    "drivers/md/dm-bufio"
    "drivers/md/dm-verity"
    "drivers/md/dm-crypt"
    "drivers/virt/coco/sev-guest/sev-guest"
  ];

  modules = pkgs.runCommand "guest-modules" { nativeBuildInputs = [ pkgs.xz ]; } (
    ''
      mkdir -p $out
    ''
    + lib.concatStrings (
      lib.imap0 (index: driver: ''
        xz --decompress --stdout ${inTree}/${driver}.ko.xz > $out/${toString index}-${baseNameOf driver}.ko
      '') drivers
    )
  );

  # The crypto modules have no fixed place, so they are looked for.
  crypto = pkgs.runCommand "guest-crypto" { nativeBuildInputs = [ pkgs.xz ]; } ''
    mkdir -p $out
    for name in aesni-intel xts; do
      find ${kernel}/lib/modules -name "$name.ko*" 2>/dev/null | while read -r file; do
        xz --decompress --stdout "$file" > "$out/$name.ko"
      done
    done
  '';
in
pkgs.makeInitrd {
  compressor = "zstd -19";
  contents = [
    {
      object = init;
      symlink = "/init";
    }
    {
      object = "${pkgs.pkgsStatic.busybox}/bin/busybox";
      symlink = "/bin/busybox";
    }
    {
      object = "${agent}/bin/attest-agent";
      symlink = "/bin/attest-agent";
    }
    {
      object = "${veritysetup}/bin/veritysetup";
      symlink = "/bin/veritysetup";
    }
    {
      object = modules;
      symlink = "/lib/modules/guest";
    }
    {
      object = crypto;
      symlink = "/lib/modules/crypto";
    }
  ];
}
