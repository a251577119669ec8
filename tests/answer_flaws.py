"""What every answer of the product must carry, and what no page may hold: for the tests that walk all addresses."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.utils.csp import CSP

from leeward.foundation.checking.drawing import check_page
from leeward.foundation.web.access import Access, Audience
from leeward.foundation.web.middleware import PASSKEYS, SWITCHED_OFF
from leeward.victim.locker.frames import frame_policy, load_frame
from leeward.victim.portal.hasher import hashing_policy, load_hasher

FIRST_ERROR_STATUS = 400
# The only pages that hold the frame in which pictures are read; their policy names its script and style by hashes.
WITH_FRAME = ("portal:pictures", "portal:add", "portal:which")
# One file that holds its own script and style, named in its policy by their hashes, because it works from a disk too.
ALONE = "checking:pack-alone"
INLINE_ALONE = ("style", "script", "meta http-equiv")
# The same of the locker's frames, each by its name.
LOCKER_FRAMES = {"locker:add-file": "seal", "locker:file": "show", "locker:shown": "show"}
# A talk and its list, which stands in a frame of ours.
OWN_FRAME = {
    "helpline:my-now": {"frame-src": [CSP.SELF]},
    "helpline:my-lines": {"frame-ancestors": [CSP.SELF]},
}
# A platform's machine may keep the page of the feed that it has, and asks each time whether it is still so.
KEPT_BY_MACHINES = ("exchange-hashes",)
# What a browser hands to another program, which is told of no page.
BY_OTHER_MEANS = ("tel:", "sms:", "mailto:")
# Rooms that give their data to other sites' scripts too.
OPEN_TO_SITES = ("directory:api", "directory:package", "directory:taxonomies-")
# What says where a page of staff stands: the home and the rooms together, and the pages of the open room.
PLACES = {"leeward-staff": "rooms", "leeward-staff__rooms": "rooms", "leeward-nav": "pages"}
# What browsers load by themselves, and where forms are sent.
LOADED = ("src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest")


class Asked(HTMLParser):
    """What a page makes a browser ask for by itself, where its links lead, and what stands in it as script or style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.places: dict[str, int] = {}
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._read_place(tag, given)
        self.loaded += [value for name, value in given.items() if name in LOADED]
        if tag == "link":
            self.loaded.append(given.get("href", ""))
        if tag == "a":
            self.links.append((given.get("href", ""), given.get("rel", "")))
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] * (tag == "style" or (tag == "script" and not given.get("src")))
        self.inline += [f"{tag} {name}" for name in ("srcdoc", "http-equiv") if name in given]

    def _read_place(self, tag: str, given: dict[str, str]) -> None:
        """Count what is marked as open among the rooms of staff, and among the pages of the room."""
        names = given.get("class", "").split()
        if tag in ("nav", "div", "header", "main"):
            self._within = next((each for each in PLACES if each in names), self._within if tag == "div" else "")
            if self._within:
                self.places.setdefault(PLACES[self._within], 0)
        if self._within and "aria-current" in given:
            self.places[PLACES[self._within]] += 1


def flaws(name: str, access: Access, answer: Any) -> Iterator[str]:
    """What is wrong with one answer."""
    headers, is_page = answer.headers, answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    for header, wanted in _headers(access, name, status=answer.status_code).items():
        if headers.get(header) != wanted:
            yield f"{header}: {headers.get(header)}"
    may_be_kept = name in KEPT_BY_MACHINES or (access.audience is Audience.PUBLIC and not is_page)
    if headers.get("Cache-Control") != "no-store" and not may_be_kept:
        yield f"Cache-Control: {headers.get('Cache-Control')}"
    if is_page:
        yield from flaws_of_page(name, answer.content.decode())


def _headers(access: Access, name: str, *, status: int) -> dict[str, str | None]:
    policy = _policy(name) if status == 200 else settings.SECURE_CSP
    passkeys = "(self)" if access.asks_passkeys else "()"
    is_listed = access.audience is Audience.PUBLIC and status < FIRST_ERROR_STATUS
    return {
        "Content-Security-Policy": "; ".join(
            f"{part} {' '.join(map(str, sources))}" for part, sources in policy.items()
        ),
        "Referrer-Policy": "no-referrer",
        "X-DNS-Prefetch-Control": "off",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "cross-origin" if name.startswith(OPEN_TO_SITES) else "same-origin",
        "Permissions-Policy": ", ".join(f"{each}={passkeys if each in PASSKEYS else '()'}" for each in SWITCHED_OFF),
        "X-Robots-Tag": None if is_listed else "noindex, nofollow, noarchive",
    }


def _policy(name: str) -> Mapping[str, Any]:
    if name in WITH_FRAME:
        return hashing_policy(load_hasher())
    if name == ALONE:
        return check_page().policy
    if name in LOCKER_FRAMES:
        return frame_policy(load_frame(LOCKER_FRAMES[name]))
    return {**settings.SECURE_CSP, **OWN_FRAME.get(name, {})}


def flaws_of_page(name: str, text: str) -> Iterator[str]:
    page = Asked(text)
    yield from (f"loads {each}" for each in page.loaded if not _is_ours(each))
    yield from (f"inline {each}" for each in page.inline if not _is_named_in_policy(name, each))
    yield from (f"{number} of its {each} are open" for each, number in page.places.items() if number != 1)
    for href, rel in page.links:
        if not _is_ours(href) and not href.startswith(BY_OTHER_MEANS) and "noreferrer" not in rel:
            yield f"leads to {href} and says whence"


def _is_named_in_policy(name: str, inline: str) -> bool:
    with_frame = (*WITH_FRAME, *LOCKER_FRAMES)
    return (name in with_frame and inline == "iframe srcdoc") or (name == ALONE and inline in INLINE_ALONE)


def _is_ours(address: str) -> bool:
    """Whether an address is of this site: a path, its whole address, a place on the page, or empty."""
    if address.startswith(f"{settings.LEEWARD_URL}/"):
        return True
    return address[:1] in ("", "/", "#", "?") and not address.startswith(("//", "/\\"))
