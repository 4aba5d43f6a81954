# nixpkgs' builder, but the source tree stays in `dev`, so that gdb can show it.
{
  lib,
  stdenv,
  callPackage,
  buildPackages,
  rustPlatform,
}:

{
  nixpkgs,
  src,
  version,
  modDirVersion,
  configfile,
  enableRust ? false,
}:

let
  manualConfig = callPackage "${nixpkgs}/pkgs/os-specific/linux/kernel/manual-config.nix" { };

  kernel = manualConfig {
    inherit
      lib
      stdenv
      src
      version
      modDirVersion
      configfile
      ;
    # Without this the builder does not know that there are modules: it cannot read the file while it evaluates.
    config = {
      CONFIG_MODULES = "y";
    };
  };
in
kernel.overrideAttrs (old: {
  RUST_LIB_SRC = lib.optionalString enableRust rustPlatform.rustLibSrc;
  dontStrip = true;

  postInstall = ''
    mkdir -p $dev
    cp vmlinux $dev/
    make modules_install $makeFlags "''${makeFlagsArray[@]}" \
      $installFlags "''${installFlagsArray[@]}"
    unlink $out/lib/modules/${modDirVersion}/build
    unlink $out/lib/modules/${modDirVersion}/source

    mkdir -p $dev/lib/modules/${modDirVersion}/{build,source}
    (cd .. && tar -c --exclude=./build .) | tar -x -C $dev/lib/modules/${modDirVersion}/source
    cp $buildRoot/{.config,Module.symvers} $dev/lib/modules/${modDirVersion}/build

    cd $dev/lib/modules/${modDirVersion}/source
    sed -i Makefile -e 's|= ${buildPackages.kmod}/bin/depmod|= depmod|'
  '';

  passthru = (old.passthru or { }) // {
    inherit modDirVersion configfile;
  };
})
