//! Describes generations that were built before there was a boot specification:
//! everything is read from the links of the system's top level.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::spec::{Spec, Toplevel};

/// Name of the kernel image for a system double, as nixpkgs has it in `linux-kernel.target`.
fn image_name(system: &str) -> &'static str {
    match system {
        "x86_64-linux" | "i686-linux" => "bzImage",
        "armv7l-linux" => "zImage",
        _ => "Image",
    }
}

fn read_trimmed(path: PathBuf) -> Result<String> {
    fs::read_to_string(&path)
        .map(|text| text.trim_end().to_owned())
        .map_err(|source| Error::Read { path, source })
}

fn resolve(path: PathBuf) -> Result<PathBuf> {
    fs::canonicalize(&path).map_err(|source| Error::Resolve { path, source })
}

/// The only folder below `kernel-modules/lib/modules`, which is called like the release.
fn release(generation: &Path) -> Result<String> {
    let modules = resolve(generation.join("kernel-modules/lib/modules"))?;
    let mut entries = fs::read_dir(&modules)
        .map_err(|source| Error::Read { path: modules.clone(), source })?
        .filter_map(|entry| entry.ok());
    let first = entries.next().ok_or(Error::NoRelease(modules))?;
    Ok(first.file_name().to_string_lossy().into_owned())
}

pub fn synthesize(generation: &Path) -> Result<Spec> {
    let toplevel = resolve(generation.to_path_buf())?;
    let system = read_trimmed(generation.join("system"))?;
    let version = read_trimmed(generation.join("nixos-version"))?;

    let kernel = resolve(generation.join(format!("kernel-modules/{}", image_name(&system))))?;
    let label = format!("NixOS {} (Linux {})", version, release(generation)?);

    // Containers have no initrd.
    let initrd = generation.join("initrd");
    let initrd = if initrd.exists() { Some(resolve(initrd)?) } else { None };

    let kernel_params = read_trimmed(generation.join("kernel-params"))?
        .split_whitespace()
        .map(str::to_owned)
        .collect();

    Ok(Spec {
        init: toplevel.join("init"),
        toplevel: Toplevel(toplevel),
        initrd,
        kernel,
        kernel_params,
        label,
        system,
    })
}
