"""What happened, as a room tells it: entries, newest first, and filters by links. `web/timeline.jinja` shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from leeward.foundation.labels import Labelled
from leeward.foundation.web.components import Text

SHOW = "show"
PLACE = "timeline"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened: when, who did it ("" where nobody is told), and what, in words.

    `kinds` are the filters that show it, besides "all". `words` are what somebody wrote; `is_hers` tells the person's
    own. `address` leads to what was sent, as it was sent, by the text `opens`. `about` is for what its room adds below.
    """

    at: datetime | date
    what: Text
    who: Text = ""
    kinds: frozenset[str] = frozenset()
    tags: Sequence[Labelled] = ()
    facts: Sequence[Text] = ()
    words: str = ""
    is_hers: bool = False
    is_struck: bool = False
    address: str = ""
    opens: Text = ""
    about: Any = None


@dataclass(frozen=True, kw_only=True)
class FilterLink:
    """One filter: its name, its address, and whether it is the one that is chosen."""

    text: Text
    address: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The entries that are to be shown, and the filters."""

    entries: tuple[Entry, ...]
    filters: tuple[FilterLink, ...]


def tell_timeline(
    request: HttpRequest, entries: Iterable[Entry], *, kinds: Mapping[str, Text], path: str = ""
) -> Timeline:
    """Return what the address asks for of these entries; everything where it asks for nothing that there is.

    `path` is the page's own address, where a form of the page was answered at another one.
    """
    asked = request.GET.dict()
    chosen = asked.pop(SHOW, "")
    chosen = chosen if chosen in kinds else ""
    filters = tuple(
        FilterLink(
            text=text,
            address=f"{path or request.path}?{urlencode({**asked, SHOW: key} if key else asked)}#{PLACE}",
            is_chosen=key == chosen,
        )
        for key, text in {"": _("All"), **kinds}.items()
    )
    shown = [each for each in entries if not chosen or chosen in each.kinds]
    return Timeline(entries=tuple(sorted(shown, key=lambda each: each.at)[::-1]), filters=filters)


def by_name(name: str | None) -> str:
    """Who did it, where an entry says what was done to something; "" for nobody who is named."""
    return _("by %(name)s") % {"name": name} if name else ""
