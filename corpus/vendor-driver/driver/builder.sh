if [ -e .attrs.sh ]; then source .attrs.sh; fi
source $stdenv/setup

unpackFile() {
    skip=$(sed 's/^skip=//; t; d' "$src")
    tail -n "+$skip" "$src" | tar xvJf -
    sourceRoot=.
}

buildPhase() {
    # Which release is it for? There is one folder only.
    release=$(cd $kernel/lib/modules && ls)

    cd kernel
    make SYSOUT="$kernel/lib/modules/$release/build" module
    cd ..
}

installPhase() {
    mkdir -p $out/lib/modules/$kernelVersion/misc
    for module in kernel/*.ko; do
        install -m644 "$module" $out/lib/modules/$kernelVersion/misc/
    done
    depmod -b $out $kernelVersion || true

    mkdir -p $out/lib
    cp -prd *.so.* $out/lib/
}

genericBuild
