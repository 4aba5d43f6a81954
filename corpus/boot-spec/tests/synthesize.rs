use std::fs;
use std::path::{Path, PathBuf};

use boot_spec::synthesize;

const RELEASE: &str = "6.6.31";

/// A generation as `system.build.toplevel` would lay it out, in a folder of our own.
fn scaffold(root: &Path, system: &str) -> PathBuf {
    let generation = root.join("generation");
    fs::create_dir_all(generation.join(format!("kernel-modules/lib/modules/{RELEASE}"))).unwrap();
    fs::write(generation.join("kernel-modules/bzImage"), "").unwrap();
    fs::write(generation.join("kernel-params"), "quiet loglevel=4").unwrap();
    fs::write(generation.join("nixos-version"), "24.05.20240601").unwrap();
    fs::write(generation.join("system"), system).unwrap();
    fs::write(generation.join("initrd"), "").unwrap();
    fs::write(generation.join("init"), "").unwrap();
    generation
}

#[test]
fn label_names_version_and_release() {
    let folder = tempfile::tempdir().unwrap();
    let generation = scaffold(folder.path(), "x86_64-linux");
    let spec = synthesize(&generation).unwrap();
    assert_eq!(spec.label, "NixOS 24.05.20240601 (Linux 6.6.31)");
}

#[test]
fn a_generation_without_modules_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let generation = scaffold(folder.path(), "x86_64-linux");
    fs::remove_dir_all(generation.join("kernel-modules/lib")).unwrap();
    assert!(synthesize(&generation).is_err());
}

#[test]
fn parameters_are_split() {
    let folder = tempfile::tempdir().unwrap();
    let spec = synthesize(&scaffold(folder.path(), "x86_64-linux")).unwrap();
    assert_eq!(spec.kernel_params, ["quiet", "loglevel=4"]);
}
