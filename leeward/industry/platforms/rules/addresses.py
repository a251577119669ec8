"""Cleans web addresses: one form that opens the item, one key that finds the same item pasted twice.

The steps follow what browsers do with a typed address, and leave out what says who shared the link and not what is
behind it.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote

import idna

from leeward.industry.platforms.errors import AddressFlaw, AddressRefused
from leeward.industry.platforms.rules.tracking import is_tracking

URL_LENGTH = 2_000
READ_MOST = 20 * URL_LENGTH  # of a longer text the rest is not even looked at
HOST_LENGTH = 253
PATH_LENGTH = 200
PORT_MOST = 65_535
DEFAULT_PORTS = {"http": "80", "https": "443"}
# Names before a site's own that show the same item in another layout.
SAME_SITE_LABELS = frozenset({"www", "www1", "www2", "www3", "m", "mobile", "mbasic", "touch", "amp", "old"})
# Second-level names under which countries let anybody register: never one site.
SHARED_LABELS = frozenset(
    {"ac", "co", "com", "ed", "edu", "gen", "go", "gob", "gov", "gv", "ind", "ltd", "mil", "ne", "net", "nom", "or"}
    | {"org", "plc", "sch"}
)
# What a text without a scheme that ends so is: a file on somebody's device, no website.
FILE_ENDINGS = frozenset(
    {"avi", "bmp", "doc", "docx", "gif", "heic", "htm", "html", "jpeg", "jpg", "m4v", "mkv", "mp3", "mp4", "odt"}
    | {"pdf", "png", "tif", "tiff", "txt", "webm", "webp", "xlsx"}
)
SCHEME_FLAWS = {
    "mailto": AddressFlaw.MAIL,
    "javascript": AddressFlaw.SCRIPT,
    "vbscript": AddressFlaw.SCRIPT,
    "data": AddressFlaw.DATA,
    "blob": AddressFlaw.DATA,
    "file": AddressFlaw.LOCAL_FILE,
    "content": AddressFlaw.LOCAL_FILE,
    "tel": AddressFlaw.OTHER_SCHEME,
    "sms": AddressFlaw.OTHER_SCHEME,
}
# Joiners that some scripts and emoji need inside a word; every other invisible sign goes.
JOINERS = "\u200c\u200d"
SPACES = " \t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# The web's schemes, plain and as people write them so that nobody follows a dangerous link: hxxp, http[:]//, http[://].
WEB_SCHEME = re.compile(r"h(?:tt|xx|\*\*)p(s?)(?:\[://\]|[\[(]:[\])][/\\]*|:\[//\]|:[/\\]*)", re.IGNORECASE)
DEFANGED_DOT = re.compile(r"\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\})\s?", re.IGNORECASE)
LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
FOREIGN_ESCAPES = re.compile(
    r"(?:%[89A-Fa-f][0-9A-Fa-f])+"
)  # nothing of plain ASCII, which an address may need escaped
ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
NUMBER_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
KEPT_IN_PATH = "/:@!$&'()*+,;=~-._%[]|^"
KEPT_IN_QUERY = KEPT_IN_PATH + "?{}"


@dataclass(frozen=True, kw_only=True)
class CleanUrl:
    """A web address: `url` opens it, `host` is the name that it is at, `key` is alike for the same item."""

    url: str
    host: str
    key: str

    @property
    def path(self) -> str:
        """The path as it stands in `url`, from its slash on."""
        after = self.url.partition("://")[2]
        return "/" + after.partition("/")[2].partition("?")[0].partition("#")[0]


@dataclass(frozen=True, kw_only=True)
class _Parts:
    scheme: str
    authority: str
    path: str
    query: str
    route: str  # the fragment where it is a page's own address


def clean_url(text: str) -> CleanUrl:
    """The address in `text`: at most 2,000 characters, a scheme or none. Raises AddressRefused.

    A fragment is kept only where it is the address of a page inside an application (`#!…`, `#/…`).
    """
    seen = strip_invisible(text[:READ_MOST])
    if not seen:
        raise AddressRefused(AddressFlaw.EMPTY)
    if len(seen) > URL_LENGTH or len(text) > READ_MOST:
        raise AddressRefused(AddressFlaw.TOO_LONG)
    parts = _split(seen)
    host, port = _read_authority(parts.authority)
    shown_port = "" if port in ("", DEFAULT_PORTS[parts.scheme]) else f":{port}"
    path, query = _clean_path(parts.path), _clean_query(parts.query, host=host)
    rest = path + (f"?{query}" if query else "") + (f"#{parts.route}" if parts.route else "")
    url = f"{parts.scheme}://{host}{shown_port}{rest}"
    if len(url) > URL_LENGTH:
        raise AddressRefused(AddressFlaw.TOO_LONG)
    key = _key(host=host, port=shown_port, path=path, query=query, route=parts.route)
    return CleanUrl(url=url, host=host, key=key)


def readable_url(url: str) -> str:
    """`url`, cleaned before, as the person who pasted it reads it: in her own script instead of escapes.

    What stands there is the same address: pasted again it gives `url`. Where that cannot be had, it stays as it is.
    """
    scheme, mark, rest = url.partition("://")
    authority, slash, after = rest.partition("/")
    host, colon, port = authority.partition(":")
    try:
        shown = f"{scheme}{mark}{idna.decode(host)}{colon}{port}{slash}{FOREIGN_ESCAPES.sub(_unescape, after)}"
        return shown if clean_url(shown).url == url and not set(shown) & set(SPACES) else url
    except (AddressRefused, UnicodeError):  # idna's errors are of this kind
        return url


def clean_host(text: str) -> str:
    """The bare host in `text`, in ASCII and small letters. Raises AddressRefused."""
    return clean_url(text).host


def strip_invisible(text: str) -> str:
    """`text` without signs that nobody sees: marks of direction, zero-width and control signs, spaces at the ends."""
    return "".join(sign for sign in text if not _is_invisible(sign)).strip(SPACES + JOINERS)


def fold_host(host: str) -> str:
    """The host without a first name that shows the same site in another layout (www, m, mobile, …)."""
    first, _, rest = host.partition(".")
    while first in SAME_SITE_LABELS and "." in rest and not is_shared_suffix(rest):
        host = rest
        first, _, rest = host.partition(".")
    return host


def is_shared_suffix(host: str) -> bool:
    """Whether everybody's sites stand below this name: a top-level name, or one such as co.uk."""
    labels = host.split(".")
    if len(labels) == 1:
        return host != "localhost"
    return len(labels) == 2 and labels[0] in SHARED_LABELS and len(labels[1]) == 2


def parent_hosts(host: str) -> tuple[str, ...]:
    """The host and the names above it that can be a site's, the longest first. An address in digits has none above."""
    if is_ip_host(host):
        return (host,)
    labels = host.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(len(labels) - 1, 1)))


def is_ip_host(host: str) -> bool:
    """Whether the host is an address in digits."""
    return host.startswith("[") or NUMBER_LABEL.fullmatch(host.rpartition(".")[2]) is not None


def clean_path_prefix(text: str) -> str:
    """The start of a path that marks a platform on a shared host: "" or "/…" without a slash at its end.

    Raises AddressRefused.
    """
    seen = strip_invisible(text)
    if len(seen) > PATH_LENGTH:
        raise AddressRefused(AddressFlaw.TOO_LONG)
    if set(seen) & {"?", "#"}:
        raise AddressRefused(AddressFlaw.BAD_HOST)
    path = _clean_path("/" + seen.lstrip("/")).rstrip("/")
    if len(path) > PATH_LENGTH:
        raise AddressRefused(AddressFlaw.TOO_LONG)
    return path


def is_below(path: str, prefix: str) -> bool:
    """Whether `path` is `prefix` or something under it."""
    return not prefix or path == prefix or path.startswith(prefix + "/")


# --- inner parts ----------------------------------------------------------------------------------------------------


def _unescape(found: re.Match[str]) -> str:
    return unquote(found[0], errors="strict")


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign not in JOINERS


def _split(text: str) -> _Parts:
    scheme, rest = _split_scheme(text)
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.replace("\\", "/").partition("/")
    route = _encode(fragment, kept=KEPT_IN_QUERY) if fragment.startswith(("!", "/")) else ""
    if not scheme:
        _refuse_what_is_no_site(authority, has_path=bool(slash))
    return _Parts(scheme=scheme or "https", authority=authority, path=slash + path, query=query, route=route)


def _split_scheme(text: str) -> tuple[str, str]:
    """The scheme ("" where none was given) and what follows it. Raises AddressRefused for all that is not the web."""
    text = text.removeprefix("view-source:")
    web = WEB_SCHEME.match(text)
    if web:
        return f"http{web[1].lower()}", text[web.end() :]
    if text.startswith("\\\\") or re.match(r"/(?!/)|[a-z]:[\\/]|~/", text, re.IGNORECASE):
        raise AddressRefused(AddressFlaw.LOCAL_FILE)
    other = SCHEME.match(text)
    if other and other[1].lower() in SCHEME_FLAWS:
        raise AddressRefused(SCHEME_FLAWS[other[1].lower()])
    if other and not re.match(r"[0-9]{1,5}(?:[/?#\\]|$)", text[other.end() :]):
        raise AddressRefused(AddressFlaw.OTHER_SCHEME)
    return "", text.lstrip("/")


def _refuse_what_is_no_site(authority: str, *, has_path: bool) -> None:
    if "@" in authority:
        raise AddressRefused(AddressFlaw.MAIL if not authority.startswith("@") else AddressFlaw.NO_HOST)
    if not has_path and authority.rpartition(".")[2].lower() in FILE_ENDINGS:
        raise AddressRefused(AddressFlaw.LOCAL_FILE)


def _read_authority(authority: str) -> tuple[str, str]:
    """Host and port; what stands before an @ is a name and password for the site, never part of the item."""
    place = DEFANGED_DOT.sub(".", authority.rpartition("@")[2])
    bracketed = re.fullmatch(r"(\[[^\[\]]*\])(?::([0-9]*))?", place, re.ASCII)
    if bracketed:
        return _read_ipv6(bracketed[1]), _read_port(bracketed[2] or "")
    name, colon, port = place.partition(":")
    if colon and not re.fullmatch(r"[0-9]*", port, re.ASCII):
        raise AddressRefused(AddressFlaw.BAD_HOST)
    return _read_host(name), _read_port(port)


def _read_port(port: str) -> str:
    bare = port.lstrip("0") or ("0" if port else "")
    if len(bare) > 5 or (bare and not 0 < int(bare) <= PORT_MOST):
        raise AddressRefused(AddressFlaw.BAD_HOST)
    return bare


def _read_ipv6(bracketed: str) -> str:
    try:
        if "%" in bracketed:  # an interface of one machine, nothing on the web
            raise AddressRefused(AddressFlaw.BAD_HOST)
        return f"[{ipaddress.IPv6Address(bracketed[1:-1]).compressed}]"
    except ipaddress.AddressValueError as error:
        raise AddressRefused(AddressFlaw.BAD_HOST) from error


def _read_host(name: str) -> str:
    try:
        plain = idna.uts46_remap(unquote(name, errors="strict"), std3_rules=False)
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused(AddressFlaw.BAD_HOST) from error
    plain = plain.removesuffix(".")
    if "." not in plain and plain != "localhost" and NUMBER_LABEL.fullmatch(plain) is None:
        raise AddressRefused(AddressFlaw.NO_HOST)
    host = ".".join(_read_label(label) for label in plain.split("."))
    if len(host) > HOST_LENGTH:
        raise AddressRefused(AddressFlaw.BAD_HOST)
    _check_top(host)
    return host


def _read_label(label: str) -> str:
    if not label.isascii():
        try:
            label = idna.alabel(label).decode("ascii")
        except idna.IDNAError:
            label = _older_label(label)  # browsers open names with emoji, which the newer rules no longer allow
    if LABEL.fullmatch(label) is None:
        raise AddressRefused(AddressFlaw.BAD_HOST)
    return label


def _older_label(label: str) -> str:
    if not all(unicodedata.category(sign)[0] in "LNSM" or sign == "-" for sign in label):
        raise AddressRefused(AddressFlaw.BAD_HOST)
    return "xn--" + label.encode("punycode").decode("ascii")


def _check_top(host: str) -> None:
    top = host.rpartition(".")[2]
    if NUMBER_LABEL.fullmatch(top):
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise AddressRefused(AddressFlaw.BAD_HOST) from error
        return
    if host != "localhost" and not re.fullmatch(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}", top):
        raise AddressRefused(AddressFlaw.BAD_HOST)


def _clean_path(path: str) -> str:
    kept: list[str] = []
    segments = _encode(path, kept=KEPT_IN_PATH).split("/")[1:]
    for number, segment in enumerate(segments, start=1):
        plain = segment.replace("%2E", ".")
        if plain == ".." and kept:
            kept.pop()
        if plain not in (".", ".."):
            kept.append(segment)
        elif number == len(segments):
            kept.append("")
    return "/" + "/".join(kept)


def _clean_query(query: str, *, host: str) -> str:
    pairs = (pair for pair in query.split("&") if pair)
    site = fold_host(host)
    kept = [pair for pair in pairs if not is_tracking(unquote(pair.partition("=")[0], errors="replace"), site=site)]
    return _encode("&".join(kept), kept=KEPT_IN_QUERY)


def _encode(text: str, *, kept: str) -> str:
    whole = LONE_PERCENT.sub("%25", text)
    return ESCAPE.sub(lambda escape: escape[0].upper(), quote(whole, safe=kept))


def _key(*, host: str, port: str, path: str, query: str, route: str) -> str:
    order = "&".join(sorted(query.split("&")))
    plain = ESCAPE.sub(_plainest, f"{path.rstrip('/')}{'?' if order else ''}{order}{'#' if route else ''}{route}")
    return f"{fold_host(host)}{port}{plain}"


def _plainest(escape: re.Match[str]) -> str:
    sign = chr(int(escape[0][1:], 16))
    return sign if UNRESERVED.fullmatch(sign) else escape[0]
