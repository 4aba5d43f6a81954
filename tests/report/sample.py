"""Findings as a survey of a big tree would give them, made up from a seed: the input of the report tests."""

from __future__ import annotations

from functools import cache
from random import Random

from splitlint.files.positions import Excerpt, Span
from splitlint.findings.finding import (
    Confidence,
    Edit,
    Finding,
    Fix,
    Problem,
    Related,
    Result,
    Safety,
    Severity,
    Summary,
)
from splitlint.report.info import RuleInfo
from splitlint.startup.records import replace

RULES = {
    info.name: info
    for info in (
        RuleInfo(
            "modules-path",
            "A path under `lib/modules` is read from the kernel's `out`",
            "Since NixOS 25.11 the modules of a kernel are in its `modules` output.\n\n"
            'Write `${lib.getOutput "modules" kernel}/lib/modules`, which is right before and after the split:\n\n'
            '```nix\ncp -r ${lib.getOutput "modules" kernel}/lib/modules $out/lib/\n```\n',
            "https://splitlint.example/rules/modules-path",
            "error",
            ("build-failure", "silent-empty"),
        ),
        RuleInfo(
            "modules-closure",
            "`makeModulesClosure` is given a kernel without modules",
            "With `allowMissing = true` the closure is empty and **nobody is told** until the machine does not boot.",
            "https://splitlint.example/rules/modules-closure",
            "error",
            ("boot-failure",),
        ),
        RuleInfo(
            "kernel-search",
            "The bare kernel output is searched for modules",
            "`find` exits 0 on a tree without a single `.ko`.",
            "https://splitlint.example/rules/kernel-search",
            "warning",
            ("silent-empty",),
        ),
        RuleInfo(
            "hard-output",
            "`kernel.modules` is missing on old and custom kernels",
            "Evaluation stops with `attribute 'modules' missing`.",
            "https://splitlint.example/rules/hard-output",
            "warning",
            ("eval-error",),
        ),
        RuleInfo(
            "override-environment",
            "A variable given to `overrideAttrs` no longer reaches the build",
            "The kernel has `__structuredAttrs`, so only `env` is exported.",
            "https://splitlint.example/rules/override-environment",
            "error",
            ("feature-dropped",),
        ),
        RuleInfo(
            "image-in-modules-tree",
            "The kernel image is read from the module tree",
            "Use `$toplevel/kernel`.",
            "https://splitlint.example/rules/image-in-modules-tree",
            "error",
            ("runtime-failure",),
        ),
        RuleInfo(
            "old-workaround",
            "A workaround for the split is no longer needed",
            "Since 25.11 NixOS does this itself.",
            "https://splitlint.example/rules/old-workaround",
            "info",
            ("eval-error",),
        ),
    )
}

_FOLDERS = (
    ("nixos/modules/system/boot", 5),
    ("nixos/modules/virtualisation", 4),
    ("nixos/modules/hardware", 3),
    ("nixos/modules/installer/netboot", 1),
    ("nixos/lib/testing", 2),
    ("nixos/tests/installer", 2),
    ("nixos/tests", 3),
    ("pkgs/os-specific/linux/kernel", 5),
    ("pkgs/os-specific/linux/zfs", 2),
    ("pkgs/os-specific/linux/nvidia-x11", 2),
    ("pkgs/os-specific/linux/v4l2loopback", 1),
    ("pkgs/build-support/kernel", 3),
    ("pkgs/build-support/vm", 2),
    ("pkgs/by-name/li/linux-wifi-hotspot", 1),
    ("pkgs/by-name/ke/kexec-tools", 1),
    ("pkgs/applications/virtualization/qemu", 2),
    ("pkgs/applications/virtualization/firecracker", 1),
    ("maintainers/scripts", 1),
)
_NAMES = ("default.nix", "stage-1.nix", "image.nix", "initrd.nix", "kernel.nix", "make-disk.nix", "run.sh", "vm.nix")
_OWNERS = ("@NixOS/kernel", "@NixOS/systemd", "@NixOS/qemu", "@ada", "@grace", "@linus-t", "@marie")

_CODE = {
    "modules-path": ("    cp -r ${kernel}/lib/modules $out/lib/", "${kernel}", '${lib.getOutput "modules" kernel}'),
    "modules-closure": (
        "    kernel = config.boot.kernelPackages.kernel;",
        "config.boot.kernelPackages.kernel",
        "config.system.modulesTree",
    ),
    "kernel-search": (
        "    find ${kernel} -name '*.ko*' -exec cp {} $out \\;",
        "${kernel}",
        "${kernel.modules or kernel}",
    ),
    "hard-output": ('    moduleDir = "${kernel.modules}/lib";', "kernel.modules", "kernel.modules or kernel"),
    "override-environment": ('    KCFLAGS = "-march=native";', "KCFLAGS", "env.KCFLAGS"),
    "image-in-modules-tree": ("    -kernel ${toplevel}/kernel-modules/bzImage", "kernel-modules/bzImage", "kernel"),
    "old-workaround": ("    system.modulesTree = [ kernel.modules ];", "system.modulesTree", ""),
}
_MESSAGES = {
    "modules-path": "the modules of `kernel` are in its `modules` output, not in `out`",
    "modules-closure": "`makeModulesClosure` gets the kernel's `out`, where there is no module to close over",
    "kernel-search": "`find` walks the kernel's `out`, which has no modules: it copies nothing and exits 0",
    "hard-output": "`kernel.modules` does not exist before 25.11 nor on a custom kernel",
    "override-environment": "`KCFLAGS` no longer reaches the build: the kernel exports only what is in `env`",
    "image-in-modules-tree": "the module tree holds modules only: the image is `kernel` in the toplevel",
    "old-workaround": "this is what NixOS 25.11 does by itself",
}


def _finding(rng: Random, number: int) -> Finding:
    folder = rng.choices([name for name, _ in _FOLDERS], [weight for _, weight in _FOLDERS])[0]
    path = f"{folder}/{rng.choice(_NAMES)}" if rng.random() < 0.5 else f"{folder}/part-{rng.randrange(60)}.nix"
    silence = sum(map(ord, folder)) % 7
    rule = rng.choices(tuple(RULES), (8, silence, silence, 6 - silence, silence, 6 - silence, 1))[0]
    code, part, instead = _CODE[rule]
    line = rng.randrange(3, 900)
    column = code.index(part) + 1
    start = 40 * line + column - 1
    span = Span(start, start + len(part), line, column, line, column + len(part))
    info = RULES[rule]
    confidence = rng.choices((Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW), (6, 3, 1))[0]
    safety = rng.choice((Safety.SAFE, Safety.UNSAFE))
    fixes: tuple[Fix, ...] = ()
    if rng.random() < 0.75:
        fixes = (
            Fix(f"Write `{instead}`" if instead else "Remove it", safety, (Edit(path, span.start, span.end, instead),)),
        )
    elif rng.random() < 0.5:
        fixes = (Fix("Say which output you mean at the call site", Safety.MANUAL),)
    related: tuple[Related, ...] = ()
    if rng.random() < 0.4:
        related = (Related(path, Span(10, 20, max(1, line - 2), 3, max(1, line - 2), 13), "`kernel` is bound here"),)
    return Finding(
        rule=rule,
        severity=Severity[info.severity.upper()],
        confidence=confidence,
        impact=info.impact if rng.random() < 0.12 * silence else info.impact[:1],
        path=path,
        span=span,
        message=_MESSAGES[rule],
        help='Write `lib.getOutput "modules" kernel`, which is right before and after the split.',
        url=info.url,
        reasons=("`kernel` is `config.boot.kernelPackages.kernel`", f"bound on line {max(1, line - 2)}"),
        related=related,
        fixes=fixes,
        fingerprint=f"{number:016x}",
        excerpt=Excerpt(
            line - 2, ("  buildPhase = ''", "    mkdir -p $out/lib", code, "    depmod -b $out -a", "  '';")
        ),
    )


@cache
def sample(count: int = 5000, seed: int = 1) -> Result:
    """`count` findings in place order, with one suppressed and two problems, the same for the same seed."""
    rng = Random(seed)
    findings = sorted((_finding(rng, number) for number in range(count)), key=lambda one: one.sort_key)
    findings[-1] = replace(findings[-1], suppressed="checked by hand")
    shown = [one for one in findings if one.suppressed is None]
    return Result(
        tuple(findings),
        (
            Problem("nixos/tests/latin-1.nix", "not UTF-8: checked with the odd bytes replaced", fatal=False),
            Problem("pkgs/gone.nix", "cannot be read: no such file or directory"),
        ),
        Summary(
            files=45210,
            parsed=611,
            findings=len(shown),
            fixable=sum(1 for one in shown if one.safety is not None),
            suppressed=1,
            below_threshold=17,
            unreadable=1,
            seconds=1.42,
        ),
    )


def sample_owners(result: Result) -> dict[str, tuple[str, ...]]:
    """Owners by path; every fifth path has none."""
    paths = sorted({one.path for one in result.findings})
    return {
        path: (_OWNERS[len(path) % 7],) if at % 2 else (_OWNERS[len(path) % 7], _OWNERS[(len(path) * 3 + 1) % 7])
        for at, path in enumerate(paths)
        if at % 5
    }


HISTORY = tuple(
    (f"2025-{month:02d}-01T06:00:00+00:00", {"error": error, "warning": warning, "info": info})
    for month, error, warning, info in (
        (3, 1200, 300, 10),
        (4, 1900, 420, 12),
        (5, 2600, 700, 20),
        (6, 3900, 1100, 60),
        (7, 4100, 1500, 90),
        (8, 4000, 1400, 160),
        (9, 3700, 1350, 180),
        (10, 3620, 1290, 200),
        (11, 3500, 1270, 220),
    )
)
