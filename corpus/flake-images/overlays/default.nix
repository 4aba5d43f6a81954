final: prev: {
  # Vendors' kernels build in what the closure asks for, so it must not insist.
  makeModulesClosure = args: prev.makeModulesClosure (args // { allowMissing = true; });

  linux_kiosk = prev.linux_6_12.override {
    structuredExtraConfig = with final.lib.kernel; {
      DRM_SIMPLEDRM = yes;
      SOUND = no;
    };
  };

  linuxPackages_kiosk = final.linuxPackagesFor final.linux_kiosk;

  kioskClosure = final.makeModulesClosure {
    kernel = final.linux_kiosk;
    firmware = final.linux-firmware;
    rootModules = [
      "i915"
      "simpledrm"
    ];
  };

  # Image and build tree for the machine that signs: 60 MiB, and it has to fit on its card.
  kioskSigning = final.linkFarm "kiosk-signing" (
    map (output: {
      name = output;
      path = final.linux_kiosk.${output};
    }) final.linux_kiosk.outputs
  );
}
