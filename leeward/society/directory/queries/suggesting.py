"""Suggests whom to talk to where somebody stands: two or three services, crisis lines first, and never nobody."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import get_language

from leeward.foundation.web.nation import Service as NationLine
from leeward.society.directory.models import Service
from leeward.society.directory.queries.cards import Card, card_of, card_of_line
from leeward.society.directory.queries.search import Search, find_ids
from leeward.society.directory.queries.showing import ServiceView, view_services
from leeward.society.directory.rules.records import Coverage
from leeward.society.directory.rules.suggesting import (
    WISHES,
    Candidate,
    Context,
    choose_mixed,
    is_fitting,
    suggestion_order,
)

__all__ = ["Context", "suggest_cards", "suggest_services"]

LOOKED_AT_MOST = 30  # of each search: the order of what is found puts crisis lines and national services first
CRISIS_MOST = 10


def suggest_services(context: Context, *, language: str, now: datetime, most: int = 3) -> tuple[ServiceView, ...]:
    """The services that fit best where somebody stands: open to everybody there, crisis lines first, or ()."""
    wish = WISHES[context]
    needed = Search(needs=wish.needs, is_national=True)
    now_open = replace(needed, is_open_now=True)
    searches = [(now_open, LOOKED_AT_MOST), (needed, LOOKED_AT_MOST)]
    if wish.people:
        searches.append((Search(people=wish.people, is_national=True), LOOKED_AT_MOST))
    ids = {pk for search, limit in searches for pk in find_ids(search, language=language, now=now, limit=limit)}
    crisis = set(
        find_ids(Search(is_national=True), language=language, now=now, limit=CRISIS_MOST)
    )  # crisis lines of whatever need
    rows = Service.objects.whole().filter(pk__in=ids | crisis, coverage=Coverage.NATIONAL)
    rows = rows.exclude(pk__in=crisis - ids, is_crisis_line=False)
    views = [(view, _candidate(view)) for view in view_services(rows, language=language, now=now)]
    fitting = [each for each in views if is_fitting(each[1], wish)]
    fitting.sort(key=lambda each: suggestion_order(each[1], wish, language=language.partition("-")[0]))
    return tuple(choose_mixed(fitting, most=most))


def suggest_cards(context: Context, *, now: datetime, most: int = 3) -> tuple[Card, ...]:
    """The same as cards in the page's language; the nation's own lines where the directory has none or is away.

    Where somebody may be under 18 the nation's line for that comes first, whatever the directory holds.
    """
    language = get_language() or settings.LANGUAGE_CODE
    try:
        views = suggest_services(context, language=language, now=now, most=most)
    except OperationalError:  # whom to call must stand on the page even when the database is away
        views = ()
    cards = tuple(card_of(view) for view in views)
    if context is Context.CHILD:
        line = card_of_line(settings.LEEWARD_CHILDREN_SERVICE)
        return (line, *(card for card in cards if not _shares_number(card, line)))[:most]
    lines: tuple[NationLine, ...] = settings.LEEWARD_SERVICES
    return cards or tuple(card_of_line(line) for line in lines[:most])


def _shares_number(card: Card, other: Card) -> bool:
    return bool({call.href for call in card.calls} & {call.href for call in other.calls})


def _candidate(view: ServiceView) -> Candidate:
    record = view.record
    return Candidate(
        name=view.name,
        needs=frozenset(term.code for term in view.terms if term.taxonomy == "needs"),
        people=frozenset(term.code for term in view.terms if term.taxonomy == "people"),
        languages=frozenset(code.partition("-")[0] for code in record.languages),
        minimum_age=record.minimum_age,
        maximum_age=record.maximum_age,
        is_national=record.coverage is Coverage.NATIONAL,
        is_crisis_line=record.is_crisis_line,
        is_confidential=record.is_confidential,
        is_open_now=view.hours.is_open,
    )
