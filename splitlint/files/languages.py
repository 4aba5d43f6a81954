"""Which language a file is in. On the start-up path: imports nothing."""

from __future__ import annotations

NIX, SHELL, PYTHON, TEXT = "nix", "shell", "python", "text"
LANGUAGES = (NIX, SHELL, PYTHON, TEXT)

BY_SUFFIX = {
    "nix": NIX,
    "sh": SHELL,
    "bash": SHELL,
    "py": PYTHON,
}

#: Suffixes of files that rules for plain text look at: programs, CI files and documents.
TEXT_SUFFIXES = frozenset(
    [
        "adoc",
        "bats",
        "c",
        "cc",
        "cfg",
        "conf",
        "cpp",
        "erb",
        "fish",
        "go",
        "h",
        "hs",
        "in",
        "ini",
        "j2",
        "java",
        "jinja",
        "js",
        "json",
        "just",
        "lua",
        "make",
        "md",
        "mdx",
        "mk",
        "nu",
        "org",
        "patch",
        "pl",
        "pm",
        "rb",
        "rs",
        "rst",
        "service",
        "socket",
        "target",
        "template",
        "timer",
        "tmpl",
        "toml",
        "ts",
        "txt",
        "yaml",
        "yml",
        "zig",
        "zsh",
    ]
)
TEXT_NAMES = frozenset({"Makefile", "Justfile", "justfile", "Dockerfile", "Containerfile"})


def language_of(path: str, data: bytes | None = None) -> str:
    """The language of a file by its name, else by its shebang (`data`: the first bytes of the file)."""
    name = path.rsplit("/", 1)[-1]
    _, dot, suffix = name.rpartition(".")
    if dot and suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    if data is not None and data.startswith(b"#!"):
        first = data[:200].split(b"\n", 1)[0]
        if b"python" in first:
            return PYTHON
        if b"nix-shell" in first or first.rstrip().endswith(b"sh") or b"sh -" in first:
            return SHELL
    return TEXT


def is_text_file(path: str, data: bytes) -> bool:
    """Whether a file without a language of its own is one that rules for plain text look at."""
    name = path.rsplit("/", 1)[-1]
    _, dot, suffix = name.rpartition(".")
    return suffix in TEXT_SUFFIXES if dot else name in TEXT_NAMES or data.startswith(b"#!")
