"""How lists say who has something, and the list of what waits for a second person."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import when
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.foundation.work.claims import Claim, is_taken
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Listing, Tag


def colleague(reference: str, names: Mapping[str, str]) -> Text:
    """A colleague's name; of one whose name is not known, that it is a colleague."""
    return names.get(reference, _("A colleague"))


def holder(held: Claim, names: Mapping[str, str], *, now: datetime) -> tuple[Text, str] | str | None:
    """Who has something, and until when; or who had it last, where that is kept."""
    if is_taken(held, now=now) and held.claimed_until is not None:
        until = gettext("until %(when)s") % {"when": when(held.claimed_until, now=now)}
        return colleague(held.claimed_by, names), until
    if held.claimed_by:
        return gettext("%(name)s had it") % {"name": colleague(held.claimed_by, names)}
    return None


def second_looks(
    rows: QuerySet[Any],
    *,
    tell: Callable[[QuerySet[Any]], QuerySet[Any]],
    lines: Callable[[Sequence[Any]], Sequence[SecondLookLine]],
    name: Callable[[uuid.UUID], str],
    address: Callable[[SecondLookLine], str],
    order: Order,
    own: str,
    names: Mapping[str, str],
    now: datetime,
    views: Sequence[tuple[Text, str]] = (),
) -> Listing[SecondLookLine]:
    """What waits for a second person. `name` says of what it is about how it is called; `own`: who looks."""
    mine = Tag(_("You asked: somebody else decides"), "grey")

    def who(line: SecondLookLine) -> Tag | Text:
        return mine if line.asked_by == own else colleague(line.asked_by, names)

    return Listing(
        rows=rows,
        tell=tell,
        lines=lines,
        columns=[
            Column("review", _("Review"), lambda line: f"{word(line.kind)}, {name(line.about)}"),
            Column("band", _("Band"), lambda line: word(line.band), is_minor=True),
            Column("who", _("Asked by"), who),
            Column("asked", _("Asked"), lambda line: when(line.asked_at, now=now), order),
        ],
        sort="asked",
        is_urgent=lambda line: line.band.colour == "red",
        address=address,
        views=views,
    )
