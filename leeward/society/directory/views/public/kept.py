"""The last few searches of a browser, sealed in a cookie of its own, so that no word of them stands in an address.

Nothing of a search is kept here. What was typed is sent in a form and comes back sealed; its page is called by a number
alone (`docs/decisions/0028-words-stand-in-no-address.md`). It ends with "Exit", with the browser, or after 15 minutes.
"""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import open_text, seal_text

COOKIE_NAME = "__Host-leeward-list" if settings.LEEWARD_PRODUCTION else "leeward-list"
SEAL = "directory/search"
LASTS = timedelta(minutes=15)
SEARCHES_MOST = 4  # as far as "Back" leads
LENGTH_MOST = 2_600  # of their text; sealed and written for a cookie it stays under the 4,096 that browsers take

type Pairs = tuple[tuple[str, str], ...]
type Kept = list[tuple[int, int, Pairs]]


def find_search(request: HttpRequest, number: str, *, now: datetime) -> tuple[int, Pairs] | None:
    """The search of this number, or the last one where none is named.

    None where it is over, or where somebody opened the address from the history, a bookmark or the address bar: only
    our own pages and "Back" lead to a search. A browser from before 2023 does not say what led to a page.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    for kept, _made_at, pairs in reversed(_read(request, now=now)):
        if number in ("", str(kept)):
            return kept, pairs
    return None


def keep_search(response: HttpResponse, request: HttpRequest, pairs: Pairs, number: int, *, now: datetime) -> None:
    """Give the browser one more search; the oldest make room."""
    searches = [*_read(request, now=now), (number, int(now.timestamp()), pairs)][-SEARCHES_MOST:]
    while len((text := _write(searches)).encode()) > LENGTH_MOST and len(searches) > 1:
        del searches[0]
    response.set_cookie(
        COOKIE_NAME,
        seal_text(text, purpose=SEAL),
        secure=settings.LEEWARD_PRODUCTION,
        httponly=True,
        samesite="Strict",
    )


def next_number(request: HttpRequest, *, now: datetime) -> int:
    """A number that no search of this browser has."""
    return max((number for number, _made_at, _pairs in _read(request, now=now)), default=0) + 1


def _read(request: HttpRequest, *, now: datetime) -> Kept:
    try:
        kept = json.loads(open_text(request.COOKIES.get(COOKIE_NAME, ""), purpose=SEAL))
    except SealBroken:
        return []
    oldest = (now - LASTS).timestamp()
    return [
        (number, made_at, tuple((name, value) for name, value in pairs))
        for number, made_at, pairs in kept
        if made_at > oldest
    ]


def _write(searches: Kept) -> str:
    return json.dumps(searches, ensure_ascii=False, separators=(",", ":"))
