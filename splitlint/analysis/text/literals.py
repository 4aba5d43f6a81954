"""Paths in programs that splitlint has no parser for: string literals, and literals joined to a path.

Works on what stands between neighbouring literals: `a.join("x").join("y")`, `"x/" . $y`, `join(a, "x", "y")`,
`format!("x/{}", name)`. So what it says is a guess, fit for medium confidence at most.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.partial_paths import below
from splitlint.analysis.model.path_fits import Fit, fits
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import Beside, Content, Text
from splitlint.startup.records import dataclass
from splitlint.syntax.text import Literal, string_literals


@dataclass(frozen=True, slots=True)
class TextPath:
    """A path in a program: what is known of it, and the bytes of the file from its first to its last literal.

    `writes`: the program makes it, instead of reading it.
    """

    path: Text
    start: int
    end: int
    writes: bool = False


def text_paths(data: bytes, suffix: str) -> tuple[TextPath, ...]:
    """The paths that the string literals of a program are or are joined to, in order. Never raises.

    `suffix` is the file's, without a dot; it says how comments, strings and fields in strings are written.
    """
    literals = string_literals(data, suffix)
    found: list[TextPath] = []
    index = 0
    while index < len(literals):
        first = index
        path, index = _chain(data, literals, index, suffix)
        if index == first + 1 and _SPACE.search(literals[first].text):
            found.extend(_words(data, literals[first]))
        else:
            writes = _is_written(data, literals[first], literals[index - 1])
            found.append(TextPath(path, literals[first].start, literals[index - 1].end, writes))
    return tuple(found)


def matching(paths: Sequence[TextPath], globs: Sequence[str]) -> list[tuple[TextPath, Fit]]:
    """The paths that a glob fits (see `path_fits.fits`)."""
    return [(one, fit) for one in paths if (fit := fits(one.path, globs)) is not Fit.NO]


#: A call that makes the file named by its first argument, up to that name, as the last thing before a literal.
_MAKING = re.compile(
    rb"""\b(?:fs::write|fs::create_dir(?:_all)?|File::create(?:_new)?|write_?(?:file|text)(?:sync|_sync)?|os\.create|file\.write
    |mkdir(?:all|_p|p|sync)?|make_path|create_director(?:y|ies)|createfile|touch|creat|ofstream\s*\w*|outputstream\w*)
    \s*!?\s*[({ ]\s*[^,;{}]*\Z""",
    re.VERBOSE | re.IGNORECASE,
)
#: One that makes the file named by its second argument.
_LINKING = re.compile(
    rb"\b(?:symlink\w*|link|hard_link|copy\w*|rename|cp|ln_s\w*)\s*\(\s*[^,;{}]*,\s*[^,;{}]*\Z", re.IGNORECASE
)
#: Perl: `open my $file, ">", "path"`.
_OPENING = re.compile(rb"\bopen\b[^;{}]*,\s*['\"]\+?>{1,2}[^'\"]*['\"]\s*,\s*[^,;{}]*\Z")
#: `fopen("path", "w")`, `File.open("path", "a")`.
_MODE = re.compile(rb"[\"')\]]*\s*,\s*[\"'][wax]b?\+?[\"']")


def _is_written(data: bytes, first: Literal, last: Literal) -> bool:
    """Whether the call that a literal path is handed to makes the file."""
    before = data[max(0, first.start - 200) : first.start - len(first.opening)]
    if _MODE.match(data, last.end, last.end + 40) and re.search(rb"(?i)\w*open\s*\(?[^;{}]*\Z", before):
        return True
    joining = _JOINING_CALL.search(before)
    before = before[: joining.start()] if joining is not None else before
    return any(call.search(before) for call in (_MAKING, _LINKING, _OPENING))


_SPACE = re.compile(r"\s")
_WORD = re.compile(rb"[^\s;|&()<>\"'`=:]+")


def _words(data: bytes, literal: Literal) -> Iterator[TextPath]:
    """The words of a literal that is a command or a sentence, those with a slash in them."""
    for word in _WORD.finditer(data, literal.start, literal.end):
        if b"/" in word[0]:
            yield TextPath(joined(word[0].decode("utf-8", "replace")), word.start(), word.end())


def _chain(data: bytes, literals: Sequence[Literal], index: int, suffix: str) -> tuple[Text, int]:
    """The path that begins with the literal at `index`, and the index of the first literal behind it."""
    path = _pieces(data, literals, index, suffix)
    before = data[max(0, literals[index].start - 200) : literals[index].start - len(literals[index].opening)]
    for end in range(index + 1, len(literals) + 1):
        start = literals[end - 1].end + 1
        if end == len(literals):
            return _tail(data[start : start + 120], path, before), end
        between = data[start : literals[end].start - len(literals[end].opening)]
        joint = _joint(between, before) if len(between) <= 120 else None
        if joint is None:
            return _tail(data[start : start + 120], path, before), end
        path = _put(path, joint, _pieces(data, literals, end, suffix))
    return path, len(literals)


_JOIN = re.compile(rb"\s*\)*[?\s]*\.\s*(?:join|joinpath|push|resolve)\s*\(\s*&?\s*(?:(?:std::)?format!\s*\(\s*)?")
_COMMA = re.compile(rb"\s*,\s*")
_SLASH = re.compile(rb"\s*(?:/|</>)\s*")
_PLUS = re.compile(rb"\s*\)*\s*(?:\+|\.\.?|\+\+|<>|~|&)\s*")
_BESIDE_PERL = re.compile(rb"\s*\)\s*\)\s*[.+,]\s*")
_BESIDE_METHOD = re.compile(rb".*\bparent\(\).*\.\s*join\s*\(\s*", re.DOTALL)
_DIRNAME_OF_LINK = re.compile(
    rb"(?i)\b(?:dirname|dir)\s*\(?\s*[\w:.]*(?:abs_?path|real_?path|readlink|eval_?symlinks|canonicalize)\s*\(?\s*(?:\$?\w+\s*[+.]\s*)?\Z"
)
_LINK_OF = re.compile(rb"(?:canonicalize|read_link)\s*\([^()]*(?:\(\s*)?\Z")
_JOINING_CALL = re.compile(
    rb"(?:\b(?:filepath|path|Path|File|Paths|Pathname|posix|fs|os\.path)(?:::|\.)(?:[Jj]oin|get|of|combine|resolve)|\bcat(?:file|dir)|\bjoinPath)"
    rb"\s*\((?:[^()\"']|\([^()]*\))*\Z"
)


def _joint(between: bytes, before: bytes) -> str | None:
    """How two neighbouring literals belong together: "/", "" (as one text), "beside", or None for not at all."""
    if _DIRNAME_OF_LINK.search(before) and _BESIDE_PERL.fullmatch(between):
        return "beside"
    if _LINK_OF.search(before) and _BESIDE_METHOD.fullmatch(between):
        return "beside"
    if _JOIN.fullmatch(between) or _SLASH.fullmatch(between):
        return "/"
    if _COMMA.fullmatch(between):
        return "/" if _JOINING_CALL.search(before) else None
    return "" if _PLUS.fullmatch(between) else None


def _put(path: Text, joint: str, more: Text) -> Text:
    if joint == "beside":
        first = more.parts[0].content if more.parts else ""
        is_absolute = isinstance(first, str) and first.startswith("/")
        return joined(Beside(path), "" if is_absolute else "/", more)
    return below(path, more) if joint else joined(path, more)


_NEXT_NAME = (
    (re.compile(rb"\s*\)*[?\s]*\.\s*(?:join|joinpath)\s*\(\s*&?\s*([A-Za-z_][\w.]*)\s*\)"), "/"),
    (re.compile(rb"\s*(?:/|</>)\s*([A-Za-z_][\w.]*)"), "/"),
    (re.compile(rb"\s*(?:\+|\.|\.\.|\+\+|<>)\s*\$?([A-Za-z_]\w*)"), ""),
)
_NEXT_ARGUMENT = re.compile(rb"\s*,\s*&?\$?([A-Za-z_][\w.]*)\s*[,)]")


def _tail(after: bytes, path: Text, before: bytes) -> Text:
    """The path with the variable that is joined behind its last literal."""
    for pattern, joint in _NEXT_NAME:
        found = pattern.match(after)
        if found:
            hole = joined(Hole(found[1].decode("ascii", "replace")))
            return below(path, hole) if joint else joined(path, hole)
    found = _NEXT_ARGUMENT.match(after) if _JOINING_CALL.search(before) else None
    return below(path, joined(Hole(found[1].decode("ascii", "replace")))) if found else path


_FIELDS = {
    "rs": re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*)?(?::[^{}]*)?\}"),
    "zig": re.compile(r"\{([a-z]*)\}"),
    "rb": re.compile(r"#\{([^{}]*)\}"),
    "cr": re.compile(r"#\{([^{}]*)\}"),
    "pl": re.compile(r"(?<!\\)[$@]\{?(\w+(?:(?:->)?[\[{][^\]}]*[\]}])*)\}?"),
    "pm": re.compile(r"(?<!\\)[$@]\{?(\w+(?:(?:->)?[\[{][^\]}]*[\]}])*)\}?"),
    "swift": re.compile(r"\\\(([^()]*)\)"),
    "js": re.compile(r"\$\{([^{}]*)\}"),
    "ts": re.compile(r"\$\{([^{}]*)\}"),
    "kt": re.compile(r"\$\{?([\w.]+)\}?"),
    "go": re.compile(r"%[-+#0 ]*\d*[svq]"),
    "c": re.compile(r"%[-+#0 ]*\d*(?:\.\d+|\.\*)?s"),
}
_PRINTF = ("c", "h", "cc", "cpp", "lua", "php")


def _pieces(data: bytes, literals: Sequence[Literal], index: int, suffix: str) -> Text:
    """The text of a literal with the fields in it as holes."""
    literal = literals[index]
    pattern = _FIELDS["c" if suffix in _PRINTF else suffix] if suffix in _FIELDS or suffix in _PRINTF else None
    if pattern is None or (suffix in ("pl", "rb") and literal.opening == "'"):
        return joined(literal.text)
    arguments = _arguments(data[literal.end + 1 : literal.end + 400])
    out: list[Content] = []
    at = 0
    for found in pattern.finditer(literal.text):
        out.append(literal.text[at : found.start()])
        at = found.end()
        if found[0] in ("{{", "}}"):
            out.append(found[0][0])
            continue
        name = (found[1] if pattern.groups else "") or next(arguments, "")
        out.append(Hole(name, options=_options(data, literals, literal.start, name)))
    return joined(*out, literal.text[at:])


_ARGUMENT = re.compile(rb"\s*,\s*([^,()]*(?:\([^()]*\)[^,()]*)*)")


def _arguments(after: bytes) -> Iterator[str]:
    """The arguments behind a format string."""
    at = 0
    while found := _ARGUMENT.match(after, at):
        name = re.match(rb"[&*$]*([A-Za-z_][\w.]*)", found[1])
        yield name[1].decode("ascii", "replace") if name else ""
        at = found.end()


def _options(data: bytes, literals: Sequence[Literal], use: int, name: str) -> tuple[str, ...]:
    """All texts that a variable can be, where its last binding before `use` lists them and nothing else.

    `let x = match system { "x86_64-linux" => "frob.img", _ => "Image" };` gives the two behind `=>`.
    """
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        return ()
    binding = re.compile(rb"(?:\blet|\bmy|\bconst|\bvar|\bval)\s+(?:mut\s+)?\$?" + name.encode() + rb"\b[^=;\n]*=(?!=)")
    bindings = list(binding.finditer(data, max(0, use - 4000), use))
    if not bindings:
        return ()
    begin = bindings[-1]
    end = data.find(b";", begin.end(), use)
    if end < 0 or end - begin.end() > 600:
        return ()
    low = bisect_left(literals, begin.end(), key=lambda one: one.start)
    high = bisect_left(literals, end, key=lambda one: one.start)
    chosen = [
        one
        for one in literals[low:high]
        if not re.match(rb"\s*(?:=>|\||:(?!:)|if\b)", data[one.end + 1 : one.end + 20])
    ]
    return tuple(dict.fromkeys(one.text for one in chosen)) if len(chosen) <= 6 else ()
