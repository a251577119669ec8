"""Suggests whom to talk to where somebody stands: two or three services, crisis lines first, and never nobody."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from leeward.foundation.days import local_day
from leeward.foundation.web.lines import lines, services
from leeward.foundation.web.nation import Service as NationLine
from leeward.society.directory.models import SearchRow, Service, ServiceTerm
from leeward.society.directory.queries.cards import Card, card_of, card_of_line
from leeward.society.directory.queries.showing import ServiceView, view_services
from leeward.society.directory.rules.finding import NATIONAL, NATIONAL_CRISIS
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
from leeward.society.directory.rules.records import Coverage
from leeward.society.directory.rules.suggesting import (
    FOR_WHO_DOES_IT,
    WISHES,
    Asked,
    Candidate,
    Context,
    Wish,
    choose_mixed,
    is_asked_for,
    is_fitting,
    suggestion_order,
    with_asked,
)

__all__ = [
    "Asked",
    "Context",
    "suggest_because",
    "suggest_cards",
    "suggest_first",
    "suggest_for_who_does_it",
    "suggest_services",
]

# The nation's lines that stand first; elsewhere the adults' helpline does.
FIRST_LINES = {
    Context.CHILD: ("children",),
    Context.DANGER: ("crisis", "helpline"),
    Context.NOW: ("helpline", "crisis"),
}
# What a search may tell of, the most pressing first.
PRESSING = (Context.DANGER, Context.CHILD, Context.THREAT, Context.ONLINE)
LOOKED_AT_MOST = 40
CRISIS_LOOKED_AT_MOST = 20


def suggest_services(context: Context, *, language: str, now: datetime, most: int = 3) -> tuple[ServiceView, ...]:
    """The services that fit best where somebody stands: open to everybody there, crisis lines first, or ()."""
    return _suggest(WISHES[context], language=language, now=now, most=most)


def _suggest(wish: Wish, *, language: str, now: datetime, most: int) -> tuple[ServiceView, ...]:
    rows = Service.objects.whole().filter(pk__in=list(_candidate_ids(wish, now=now)))
    views = [(view, _candidate(view)) for view in view_services(rows, language=language, now=now)]
    fitting = [each for each in views if is_fitting(each[1], wish)]
    fitting.sort(key=lambda each: suggestion_order(each[1], wish, language=language.partition("-")[0]))
    return tuple(choose_mixed(fitting, most=most))


def _candidate_ids(wish: Wish, *, now: datetime) -> Iterator[int]:
    """Crisis lines, and whoever helps with what is wished for, for the whole nation; who is there now comes first.

    Asked of the rows that are searched: they hold only what may be found, and come in this order by their index.
    """
    today = local_day(now)
    rows = SearchRow.objects.filter(assured_date__gt=today - HIDDEN_AFTER)
    bearing = ServiceTerm.objects.filter(service=OuterRef("pk")).filter(
        _term("needs", wish.needs) | _term("people", wish.people)
    )
    yield from _open_first(rows.filter(tier=NATIONAL_CRISIS), CRISIS_LOOKED_AT_MOST, now=now)
    yield from _open_first(rows.filter(Exists(bearing), tier=NATIONAL), LOOKED_AT_MOST, now=now)


def _open_first(rows: QuerySet[SearchRow], most: int, *, now: datetime) -> list[int]:
    """The first rows of a tier, those open now before the others: asked apart, so that the order's index ends it."""
    rows, is_open = rows.order_by("sort_name", "pk"), Q(opens_at__lte=now, closes_at__gt=now)
    found = list(rows.filter(is_open).values_list("pk", flat=True)[:most])
    is_closed = Q(opens_at=None) | Q(closes_at=None) | ~is_open
    left = most - len(found)
    return found + list(rows.filter(is_closed).values_list("pk", flat=True)[:left]) if left else found


def _term(taxonomy: str, codes: tuple[str, ...]) -> Q:
    """One of these terms, or one right below them."""
    is_one = Q(term__code__in=codes) | Q(term__parent__code__in=codes)
    return Q(term__taxonomy__code=taxonomy) & is_one


def suggest_first(contexts: Iterable[str], *, now: datetime, most: int = 2) -> tuple[Card, ...]:
    """Whom a search names first, where its words tell of a situation: the most pressing one decides; else nobody.

    After the nation's lines stand those who do what helps most there, before others who can only be called at once.
    """
    told = set(contexts)
    context = next((each for each in PRESSING if each in told), None)
    return suggest_cards(context, now=now, most=most, is_by_need=True) if context else ()


def suggest_cards(context: Context, *, now: datetime, most: int = 3, is_by_need: bool = False) -> tuple[Card, ...]:
    """The same as cards in the page's language, after the nation's lines for where she stands; never nobody.

    An adult is told of the national helpline first, of the suicide line before it where she may need it, and never of
    the line for children; where somebody may be under 18 that line is first, unless it is closed and another is open. Where the directory holds one of these
    lines too, its card stands there: it knows when they are open.
    """
    language = get_language() or settings.LANGUAGE_CODE
    wanted = FIRST_LINES.get(context, ("helpline",))
    try:
        views = suggest_services(
            context, language=language, now=now, most=LOOKED_AT_MOST if is_by_need else most + len(wanted)
        )
    except OperationalError:  # whom to call must stand on the page even when the database is away
        views = ()
    if is_by_need:
        need = WISHES[context].needs[0]
        views = tuple(sorted(views, key=lambda view: need not in _candidate(view).needs))
    today = lines()
    found = [card_of(view) for view in views]
    found += _cards_of_lines([today[name] for name in wanted], beside=found, language=language, now=now)
    if context is not Context.CHILD:
        found = [card for card in found if not _is_line(card, today["children"])]
        found = found or [card_of_line(line) for line in services()]
    first = [today[name] for name in wanted]
    others = [card for card in found if not any(_is_line(card, line) for line in first)]
    named = (*(_known(line, found) for line in first), *others)[:most]
    return named if context is not Context.CHILD else tuple(sorted(named, key=_is_closed))


def suggest_because[K](
    context: Context, asked: Mapping[K, Asked], *, now: datetime, most: int = 3
) -> tuple[tuple[Card, tuple[K, ...]], ...]:
    """The services that fit best where somebody stands and with what they wish, each with the wishes for which it is
    there. What no wish asks for is left out: `suggest_cards` has it. The line for children is never among them.
    """
    if not asked:
        return ()
    language = get_language() or settings.LANGUAGE_CODE
    wish = with_asked(WISHES[context], asked.values())
    found = []
    for view in _suggest(wish, language=language, now=now, most=LOOKED_AT_MOST):
        candidate, card = _candidate(view), card_of(view)
        because = tuple(key for key, each in asked.items() if is_asked_for(candidate, each))
        if because and not _is_line(card, lines()["children"]):
            found.append((card, because))
    return tuple(found[:most])


def suggest_for_who_does_it(*, now: datetime, most: int = 3) -> tuple[Card, ...]:
    """Helplines and programmes for those who did it or fear that they might, as cards: whole nation first, then open.

    No line for those to whom it was done is among them.
    """
    bearing = ServiceTerm.objects.filter(service=OuterRef("pk")).filter(_term("needs", (FOR_WHO_DOES_IT,)))
    rows = SearchRow.objects.filter(Exists(bearing), assured_date__gt=local_day(now) - HIDDEN_AFTER)
    found: list[int] = []
    for tier in (Q(tier__in=(NATIONAL_CRISIS, NATIONAL)), ~Q(tier__in=(NATIONAL_CRISIS, NATIONAL))):
        found += _open_first(rows.filter(tier), most - len(found), now=now) if len(found) < most else []
    views = view_services(
        Service.objects.whole().filter(pk__in=found), language=get_language() or settings.LANGUAGE_CODE, now=now
    )
    places = {pk: place for place, pk in enumerate(found)}
    keys = dict(Service.objects.filter(pk__in=found).values_list("public_id", "pk"))
    return tuple(card_of(view) for view in sorted(views, key=lambda view: places[keys[view.id]]))


def _known(line: NationLine, found: list[Card]) -> Card:
    """What the directory says of a line of the nation's, where it holds it."""
    return next((card for card in found if _is_line(card, line)), card_of_line(line))


def _cards_of_lines(
    wanted: Iterable[NationLine], *, beside: Iterable[Card], language: str, now: datetime
) -> list[Card]:
    """The cards of services that the nation's lines name, where others fit better and they are not there yet."""
    known = {card.service_id for card in beside}
    missing = [line.service for line in wanted if line.service and line.service not in known]
    if not missing:
        return []
    try:
        rows = SearchRow.objects.filter(pk__in=Service.objects.filter(public_id__in=missing).values("pk"))
        keys = rows.filter(assured_date__gt=local_day(now) - HIDDEN_AFTER).values_list("pk", flat=True)
        services = Service.objects.whole().filter(pk__in=list(keys))
        return [card_of(view) for view in view_services(services, language=language, now=now)]
    except OperationalError:
        return []


def _is_closed(card: Card) -> bool:
    """Whether nobody answers now; of a line that is only in the nation's file, nobody knows."""
    return card.service_id is not None and not card.is_open_now


def _is_line(card: Card, line: NationLine) -> bool:
    """Whether a card is that of a line of the nation's: the service that the line names, or one with its number."""
    if card.service_id and card.service_id == line.service:
        return True
    return bool({call.href for call in card.calls} & {call.href for call in card_of_line(line).calls})


def _candidate(view: ServiceView) -> Candidate:
    record = view.record
    return Candidate(
        name=view.name,
        needs=frozenset(
            code for term in view.terms if term.taxonomy == "needs" for code in (term.code, term.under) if code
        ),
        people=frozenset(term.code for term in view.terms if term.taxonomy == "people"),
        languages=frozenset(code.partition("-")[0] for code in record.languages),
        ways=frozenset(way.value for way in record.ways),
        minimum_age=record.minimum_age,
        maximum_age=record.maximum_age,
        is_national=record.coverage is Coverage.NATIONAL,
        is_crisis_line=record.is_crisis_line,
        is_confidential=record.is_confidential,
        is_open_now=view.hours.is_open,
    )
