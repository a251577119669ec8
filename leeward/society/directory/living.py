"""What others show of the directory: services, whoever helps where somebody stands, and the lines of the nation."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone
from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.foundation.pages.living import line_as_living
from leeward.foundation.web.lines import lines
from leeward.foundation.web.nation import Service as NationLine
from leeward.foundation.web.nation import Words
from leeward.society.directory.models import Service
from leeward.society.directory.queries.cards import Card, card_of
from leeward.society.directory.queries.lines import number_of, offered_lines, stamp_of_lines
from leeward.society.directory.queries.showing import ServiceView, view_services
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.society.directory.rules.records import PhoneType, ServiceStatus, Way
from leeward.society.directory.schedule_words import describe_schedule

SHORT, WHOLE = 8, 32
DIGITS = frozenset("0123456789abcdef")
FIRST = "first"
CARDS_MOST = 3
WEDNESDAY = 2


def register_kinds() -> None:
    """Let pages refer to services."""
    register(
        Kind(
            name="service",
            label=_("Service of the directory"),
            hint=_("Its name and number. Parts: name, phone, hours, cost, page."),
            tell=tell_services,
            keys=_services,
        )
    )
    register(
        Kind(
            name="support",
            label=_("Whom to talk to"),
            hint=_("Alone in a paragraph: two or three services that fit, as the directory has them now."),
            tell=_tell_support,
            keys=lambda _language: [(context.value, context.value) for context in Context],
            draw=_draw_support,
            names_people=True,
        )
    )


def tell_services(keys: Collection[str], language: str, now: datetime) -> dict[str, Living]:
    """Services by their ids or the first eight digits of them.

    One that is no longer published gives the nation's helpline instead: nobody is sent to a line that nobody answers.
    """
    spans = {key: span for key in keys if (span := _span(key))}
    wanted = Q(pk__in=())
    for first, last in spans.values():
        wanted |= Q(public_id__gte=first, public_id__lte=last)
    rows = list(Service.objects.filter(wanted).whole()) if spans else []
    with override(language):
        views = {view.id: view for view in view_services(rows, language=language, now=now)}
        found = {}
        for key, (first, last) in spans.items():
            here = [row for row in rows if first <= row.public_id <= last]
            if len(here) == 1:
                (row,) = here
                is_given = not row.is_withdrawn and not row.is_internal and row.status == ServiceStatus.ACTIVE
                found[key] = _living(views[row.public_id]) if is_given else _instead(views[row.public_id])
    return found


def _span(key: str) -> tuple[UUID, UUID] | None:
    """Between which ids a key lies: a whole id, or the first digits of one."""
    digits = key.replace("-", "").casefold()
    if len(digits) not in (SHORT, WHOLE) or set(digits) - DIGITS:
        return None
    return UUID(digits.ljust(WHOLE, "0")), UUID(digits.ljust(WHOLE, "f"))


def _living(view: ServiceView) -> Living:
    card, page = card_of(view), reverse("directory:service", args=[view.id])
    said = {"name": Said(card.name), "page": Said(card.name, page), "": Said(card.name, page)}
    if card.calls:
        call = card.calls[0]
        said |= {"phone": Said(call.number, call.href), "": Said(f"{card.name}: {call.number}", call.href)}
    if hours := _hours(view):
        said["hours"] = Said(hours)
    if card.cost:
        said["cost"] = Said(card.cost)
    return Living(title=card.name, said=said)


def _instead(view: ServiceView) -> Living:
    line = line_as_living(lines()["helpline"])
    return Living(
        title=view.name, said={**line.said, "page": Said(view.name, reverse("directory:find"))}, is_ended=True
    )


def _hours(view: ServiceView) -> str:
    """Its opening times as rules, which hold for longer than a page is read."""
    if view.hours.is_always_open:
        return gettext("every day, day and night")
    return "; ".join(describe_schedule(each) for each in view.record.schedules)


def _services(_language: str) -> Iterable[tuple[str, str]]:
    rows = Service.objects.published().filter(status=ServiceStatus.ACTIVE.value).order_by("name", "pk")
    return ((str(public_id)[:SHORT], name) for public_id, name in rows.values_list("public_id", "name"))


def _cards(key: str, part: str, now: datetime) -> Sequence[Card]:
    return suggest_cards(Context(key), now=now, most=1 if part == FIRST else CARDS_MOST)


def _tell_support(keys: Collection[str], language: str, now: datetime) -> dict[str, Living]:
    """Whom to talk to in words, as on the last Wednesday at noon: the hour of printing does not decide."""
    found = {}
    now = _wednesday(now)
    with override(language):
        for key in set(keys) & set(Context):
            told = [_told(card) for card in _cards(key, "", now)]
            said = {"": Said("; ".join(told)), FIRST: Said("; ".join(told[:1]))}
            found[str(key)] = Living(title=gettext("Talk to a person"), said=said)
    return found


def _wednesday(now: datetime) -> datetime:
    there = now.astimezone(nation_zone())
    noon = there.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=(there.weekday() - WEDNESDAY) % 7)


def _told(card: Card) -> str:
    return f"{card.name}: {card.calls[0].number}" if card.calls else card.name


def _draw_support(request: HttpRequest, key: str, part: str, now: datetime) -> SafeString:
    cards = _cards(key, part, now) if key in set(Context) else ()
    return mark_safe(render_to_string("directory/support.jinja", {"cards": cards}, request))  # noqa: S308  # escaped


def tell_lines(file: Mapping[UUID, NationLine]) -> Mapping[UUID, NationLine]:
    """The lines of the nation's file as their services have them: name, numbers, chat and hours.

    One question tells whether what this process keeps still holds. A service that is not offered, or that nobody can
    ring, is left out.
    """
    return _lines_of(tuple(file.items()), stamp_of_lines(file))


@lru_cache(maxsize=1)
def _lines_of(file: tuple[tuple[UUID, NationLine], ...], _stamp: str) -> Mapping[UUID, NationLine]:
    lines, now = dict(file), timezone.now()
    rows = [row for row in offered_lines(lines).whole() if number_of(row.as_record().phones)]
    views: dict[UUID, dict[str, ServiceView]] = {row.public_id: {} for row in rows}
    for language, _name in settings.LANGUAGES:
        for view in view_services(rows, language=language, now=now):
            views[view.id][language] = view
    return {reference: _line_now(lines[reference], of_it) for reference, of_it in views.items()}


def _line_now(line: NationLine, views: Mapping[str, ServiceView]) -> NationLine:
    record = views[settings.LANGUAGE_CODE].record
    texts = [each.number for each in record.phones if each.type is PhoneType.TEXT]
    chats = [each.url for each in record.additional_urls if each.way is Way.CHAT and each.url.startswith("https://")]
    return replace(
        line,
        name=_in_each(views, lambda view: view.name),
        hours=_in_each(views, _hours) if record.schedules else line.hours,
        phone=number_of(record.phones),
        text=texts[0] if texts else "",
        chat=chats[0] if chats else "",
    )


def _in_each(views: Mapping[str, ServiceView], say: Callable[[ServiceView], str]) -> Words:
    said = {}
    for language, view in views.items():
        with override(language):
            said[language] = say(view)
    return Words(MappingProxyType(said))
