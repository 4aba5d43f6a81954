"""What branches of nixpkgs are called, and the addresses under which people fetch it.

Forks are not known: one may have a change long before nixpkgs, or not for years after it, and the date of its last
commit says nothing about that.
"""

from __future__ import annotations

from splitlint.pins.pin import Pin
from splitlint.startup.patterns import lazy_pattern

#: Of a branch or channel of a release: `nixos-25.05`, `nixpkgs-25.05-darwin`, `release-25.05`; of a tag: `25.05`.
_RELEASE = lazy_pattern(
    r"(?:(?:nixos|nixpkgs|release|staging|staging-next)-)?(\d\d\.\d\d)(?:-(?:small|darwin|aarch64))?"
)
#: Of a build of a channel: `nixos-25.11pre811110.5e4fbfb6b3de`, `nixpkgs-25.11pre811110.5e4fbfb6b3de`.
_BUILD = lazy_pattern(r"(?:nixos|nixpkgs)-(\d\d\.\d\d)(pre|beta|\.)")
_HEXADECIMAL = frozenset("0123456789abcdef")
#: What may be in the name of a branch; one with anything else is not shown.
_OF_BRANCHES = _HEXADECIMAL.union("ABCDEFGHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz_.+/-")
_LONGEST = 100
_UNSTABLE = frozenset(
    {"master", "staging", "staging-next", "nixos-unstable", "nixos-unstable-small", "nixpkgs-unstable", "unstable"}
)
_CHANNEL_FILE = lazy_pattern(r"nixexprs\.tar\.\w+")
_GITHUB = frozenset({"github.com", "www.github.com", "codeload.github.com", "api.github.com"})
#: Segments of the path of an address at GitHub behind which the branch or revision stands.
_ARCHIVES = frozenset({"archive", "tarball", "zipball", "tar.gz", "zip"})
#: What FlakeHub calls nixpkgs; the second follows `nixpkgs-unstable` once a week.
_FLAKEHUB = frozenset({("nixos", "nixpkgs"), ("determinatesystems", "nixpkgs-weekly")})
_FLAKEHUB_RELEASE = lazy_pattern(r"[=~^]?0\.(\d\d)(\d\d)\b")
UNKNOWN = Pin(is_known=False)


def is_nixpkgs(owner: object, repository: object) -> bool:
    """Whether that is nixpkgs at GitHub, or what its channels were kept in until 2020."""
    if not isinstance(owner, str) or not isinstance(repository, str):
        return False
    name = repository.lower().removesuffix(".git")
    return owner.lower() == "nixos" and name in ("nixpkgs", "nixpkgs-channels")


def of_reference(reference: object) -> Pin:
    """The pin that a branch, tag, channel or revision of nixpkgs is; of "" that of the default branch.

    Of anything else one of which nothing is known.

    >>> of_reference("refs/heads/nixos-25.05-small").release
    '25.05'
    """
    if reference == "":
        return Pin(branch="master", is_unstable=True)
    if not isinstance(reference, str) or len(reference) > _LONGEST or not _OF_BRANCHES.issuperset(reference):
        return Pin()
    name = reference.removeprefix("refs/heads/").removeprefix("refs/tags/")
    if name in _UNSTABLE:
        return Pin(branch=name, is_unstable=True)
    if len(name) == 40 and _HEXADECIMAL.issuperset(name):
        return Pin(revision=name)
    found = _RELEASE.fullmatch(name)
    return Pin(branch=name, release=found[1] if found is not None else "")


def of_address(address: object) -> Pin | None:
    """The nixpkgs at an address: of GitHub, of a channel, of FlakeHub, or a flake reference; None if it is none.

    `moves` is not said: that depends on who fetches it.
    """
    if not isinstance(address, str) or len(address) > 2000:
        return None
    for scheme in ("channel:", "github:", "flake:"):
        if address.startswith(scheme):
            return _of_short(scheme, address.removeprefix(scheme))
    if address == "nixpkgs" or address.startswith("nixpkgs/"):
        return _of_short("flake:", address)
    # Most locks have no address in them, and it takes 2 ms.
    from urllib.parse import unquote, urlsplit

    try:
        split = urlsplit(address.removeprefix("git+").removeprefix("tarball+"))
        host = (split.hostname or "").lower()
    except ValueError:
        return None
    parts = [unquote(part) for part in split.path.split("/") if part]
    if host in _GITHUB:
        return _at_github(host, parts, split.query)
    if host in ("flakehub.com", "api.flakehub.com"):
        return _at_flakehub(parts)
    if len(parts) > 1 and _CHANNEL_FILE.fullmatch(parts[-1]):
        return _of_channel(parts)
    return None


def _of_short(scheme: str, rest: str) -> Pin | None:
    path, _, query = rest.partition("?")
    parts = path.split("/")
    if scheme == "channel:":
        return of_reference(path)
    if scheme == "flake:":
        # The registry says which branch it is, and that may be the user's own.
        if parts[0] != "nixpkgs":
            return None
        return of_reference("/".join(parts[1:])) if len(parts) > 1 else Pin()
    if len(parts) < 2 or not is_nixpkgs(parts[0], parts[1]):
        return None
    return of_reference("/".join(parts[2:]) or _asked(query))


def _at_github(host: str, parts: list[str], query: str) -> Pin | None:
    if host == "api.github.com" and parts[:1] == ["repos"]:
        parts = parts[1:]
    if len(parts) < 2 or not is_nixpkgs(parts[0], parts[1]):
        return None
    if len(parts) > 3 and parts[2] in _ARCHIVES:
        name = "/".join(parts[3:])
        return of_reference(name.removesuffix(".zip").removesuffix(".tar.gz"))
    return of_reference(_asked(query)) if len(parts) == 2 else None


def _asked(query: str) -> str:
    """The branch or revision in the query of an address; the branch where it has both, as the revision is one of it."""
    from urllib.parse import parse_qs

    try:
        asked = parse_qs(query, max_num_fields=20)
    except ValueError:
        return ""
    return next((asked[key][0] for key in ("ref", "rev") if key in asked), "")


def _at_flakehub(parts: list[str]) -> Pin | None:
    if parts[:1] != ["f"]:
        return None
    parts = parts[2:] if parts[1:2] == ["pinned"] else parts[1:]
    if tuple(part.lower() for part in parts[:2]) not in _FLAKEHUB:
        return None
    version = parts[2] if len(parts) > 2 else "*"
    release = _FLAKEHUB_RELEASE.match(version)
    if release is not None:
        return Pin(branch=f"nixos-{release[1]}.{release[2]}", release=f"{release[1]}.{release[2]}")
    if version.startswith(("0.1", "=0.1", "~0.1", "^0.1")):
        return Pin(branch="nixos-unstable", is_unstable=True)
    # `*` is the newest of all.
    return Pin(branch="FlakeHub's newest")


def _of_channel(parts: list[str]) -> Pin | None:
    """The channel whose `nixexprs.tar.xz` is at a path: `.../nixos-25.05/...`, `.../nixos-25.11pre8.../...`."""
    above = parts[-2]
    build = _BUILD.match(above)
    if build is None:
        pin = of_reference(above)
        return pin if pin.release or pin.is_unstable else None
    if build[2] == ".":
        return Pin(branch=f"nixos-{build[1]}", release=build[1])
    branch = "nixpkgs-unstable" if above.startswith("nixpkgs") else "nixos-unstable"
    return Pin(branch=branch, release=build[1], is_pre=True)
