"""Where a repository is to be seen on the web, by the remote that its configuration names."""

from __future__ import annotations

import re
from urllib.parse import quote

from splitlint.files.git import GitError, Repository
from splitlint.startup.named_tuples import NamedTuple

#: `git@host:path` as ssh takes it; the user is nobody's business.
_SHORT = re.compile(r"(?:[^/@:]+@)?(?P<host>[\w.-]+):(?!//)(?P<path>[^\s?#]+)", re.ASCII)
_LONG = re.compile(
    r"(?P<kind>https?|ssh|git|git\+ssh)://(?:[^/@]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<path>[^\s?#]+)", re.ASCII
)
#: How sites write the address of a file at a commit, by what their host is, or begins with.
_SITES = (
    ("github.", "blob/{commit}"),
    ("gitlab.", "-/blob/{commit}"),
    ("codeberg.org", "src/commit/{commit}"),
    ("gitea.", "src/commit/{commit}"),
    ("forgejo.", "src/commit/{commit}"),
    ("git.sr.ht", "tree/{commit}/item"),
)
#: Sites whose hosts begin otherwise.
_BY_END = ((".gnome.org", "-/blob/{commit}"), (".freedesktop.org", "-/blob/{commit}"))


class Remote(NamedTuple):
    """A repository on the web: its address, without credentials; how the site shows files, "" if that is unknown."""

    address: str
    files: str = ""

    def base(self, commit: str) -> str:
        """What the path of a file is appended to, to see it at a commit; "" if that is unknown."""
        return f"{self.address}/{self.files.format(commit=commit)}" if self.files and commit else ""

    def commit(self, commit: str) -> str:
        """Where a commit is to be seen; "" if that is unknown."""
        if not self.files or not commit:
            return ""
        return f"{self.address}/{'-/' if self.files.startswith('-/') else ''}commit/{commit}"


def remote_of(repository: Repository) -> Remote | None:
    """The remote `origin`, or else the first one, if it is on the web; None if it is not, or git cannot tell."""
    try:
        rows = repository.run("config", "--null", "--get-regexp", r"^remote\..*\.url$").split(b"\0")
    except GitError:
        return None
    urls: dict[str, str] = {}
    for row in rows:
        key, _, url = row.decode("utf-8", "replace").partition("\n")
        urls.setdefault(key.removeprefix("remote.").removesuffix(".url"), url)
    urls.pop("", None)
    url = urls.get("origin") or next(iter(urls.values()), "")
    return parse_remote(url)


def parse_remote(url: str) -> Remote | None:
    """The web address of what git fetches from; None for a path, a file, or anything else that is not on the web.

    >>> parse_remote("git@github.com:NixOS/nixpkgs.git")
    Remote(address='https://github.com/NixOS/nixpkgs', files='blob/{commit}')
    """
    found = _LONG.fullmatch(url) or _SHORT.fullmatch(url)
    if found is None or "." not in found["host"]:
        return None
    host = found["host"].lower().removeprefix("ssh.")
    path = found["path"].strip("/").removesuffix(".git")
    if not path or any(part in ("", ".", "..") for part in path.split("/")):
        return None
    files = next((files for start, files in _SITES if host.startswith(start)), "")
    files = files or next((files for end, files in _BY_END if host.endswith(end)), "")
    return Remote(f"https://{host}/{quote(path, safe='/~')}", files)
