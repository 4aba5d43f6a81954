# What the guest owner compares with the report of the processor.
{
  runCommand,
  jq,
  OVMF,
  kernel,
  initrd,
}:

runCommand "measurement"
  {
    nativeBuildInputs = [ jq ];
    kernelImage = "${kernel}/bzImage";
    firmware = "${OVMF.fd}/FV/OVMF.fd";
    inherit initrd;
  }
  ''
    mkdir $out
    for part in "$kernelImage" "$firmware" "$initrd/initrd"; do
      sha384sum "$part" | cut -d ' ' -f 1
    done | jq --raw-input --slurp 'split("\n") | map(select(. != ""))' > $out/digests.json
    ln -s ${kernel}/System.map $out/System.map
  ''
