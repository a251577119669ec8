"""Find support: one box, a few questions that may be skipped, and what was found, on one page.

What somebody looks for stands in the page's address and nowhere else: nothing of it is kept, counted or written down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.forms import BooleanField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import public
from leeward.society.directory.forms.finding import FIELDS, FindForm, read_page
from leeward.society.directory.queries.cards import Card, card_of
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.search import Found, Search, find_ids, search_services
from leeward.society.directory.queries.showing import Group, ServiceView, facet_choices
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.society.directory.rules.places import Spot
from leeward.society.directory.words import language_name, list_words

# Where a form is sent and where a page of results begins, so that a phone shows what was found.
FOUND = "#found"
CRISIS_MOST = 3
type Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """Services that stand under one heading."""

    group: Group
    heading: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer that narrows the search, and the address of the same search without it."""

    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the page is asked for: the answers as they stand in the address, and the search that they make."""

    form: FindForm
    pairs: Pairs
    search: Search
    place: str
    spots: tuple[Spot, ...]

    def address(self, *, page: int = 1, without: Pairs = (), **instead: str) -> str:
        """The address of this search, changed."""
        pairs = [pair for pair in self.pairs if pair not in without and pair[0] not in instead]
        pairs += [*instead.items()]
        if page > 1:
            pairs.append(("page", str(page)))
        query = urlencode(pairs)
        return f"{reverse('directory:find')}{'?' if query else ''}{query}{FOUND if query else ''}"


@public
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The questions; below them what was found, where something was asked."""
    now, language = timezone.now(), get_language() or settings.LANGUAGE_CODE
    asked = _read(request, language=language)
    has_asked = any(name in request.GET for name in (*asked.form.fields, "page"))
    context: dict[str, object] = {"form": asked.form, "has_asked": has_asked, "more_is_open": _uses_more(asked)}
    if has_asked:
        page = read_page(request.GET.get("page", ""))
        found = search_services(asked.search, language=language, now=now, page=page)
        if not found.services and found.total and page > 1:  # an old address: what was found has fewer pages now
            found = search_services(asked.search, language=language, now=now, page=found.pages)
        context |= _results(asked, found, language=language, now=now)
    if not has_asked or context["is_without_crisis_line"]:
        context["crisis"] = suggest_cards(Context.NOW, now=now, most=CRISIS_MOST)
    return render(request, "directory/find.jinja", context)


@public
@require_safe
def get_help(request: HttpRequest) -> HttpResponse:
    """Where to find a person to talk to, and what can be done without Leeward."""
    now = timezone.now()
    context = {
        "cards": suggest_cards(Context.HELP, now=now),
        "children": suggest_cards(Context.CHILD, now=now, most=1),
    }
    return render(request, "directory/help.jinja", context)


def _read(request: HttpRequest, *, language: str) -> Asked:
    form = FindForm(
        request.GET,
        needs=facet_choices("needs", language=language),
        people=facet_choices("people", language=language),
    )
    form.full_clean()  # nothing in it can be wrong yet
    place = form.cleaned_data["place"]
    spots = find_spot(place).spots if place else ()
    if place and not spots:
        form.add_error("place", _unknown_place(place))
    only = spots[0] if len(spots) == 1 else None
    given = form.cleaned_data | {"place": place}
    return Asked(
        form=form,
        pairs=tuple(_pairs(given)),
        search=form.search(only),
        place=place,
        spots=spots,
    )


def _unknown_place(place: str) -> str:
    if any(sign.isdigit() for sign in place):
        words = _("We do not know the postcode “%(place)s”. Check it, or type the name of a town.")
    else:
        words = _("We do not know a town called “%(place)s”. Check how it is written, or type a postcode.")
    return words % {"place": place}


def _pairs(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The answers as they stand in an address; what was skipped stands nowhere."""
    for name in FindForm.base_fields:
        value = given.get(name)
        if isinstance(value, tuple):
            yield from ((name, str(each)) for each in value)
        elif value:
            yield name, "on" if value is True else str(value)


def _uses_more(asked: Asked) -> bool:
    search = asked.search
    return bool(search.is_open_now or search.is_free or search.is_confidential or search.language or search.access)


def _results(asked: Asked, found: Found, *, language: str, now: datetime) -> dict[str, object]:
    answers = tuple(_answers(asked, language=language))
    return {
        "found": found,
        "sections": tuple(_sections(found.services, spot=asked.search.spot)),
        "is_without_crisis_line": not any(view.group is Group.CRISIS for view in found.services) and found.page == 1,
        "answers": answers,
        "ways_on": tuple(_ways_on(asked, language=language, now=now)) if not found.total else (),
        "all_url": f"{reverse('directory:find')}?page=1{FOUND}",
        "spot": asked.search.spot,
        "spots": tuple(
            Answer(text=f"{spot.name}, {spot.area_name}", href=asked.address(place=f"{spot.name}, {spot.area_name}"))
            for spot in asked.spots
            if len(asked.spots) > 1
        ),
        "place": asked.place,
        "is_place_unknown": bool(asked.place) and not asked.spots,
        "previous_url": asked.address(page=found.page - 1) if found.page > 1 else "",
        "next_url": asked.address(page=found.page + 1) if found.page < found.pages else "",
    }


def _sections(views: tuple[ServiceView, ...], *, spot: Spot | None) -> Iterator[Section]:
    """The services by why they stand where they stand, in the order in which they were found."""
    for group in dict.fromkeys(view.group for view in views):
        cards = tuple(card_of(view) for view in views if view.group is group)
        yield Section(group=group, heading=_heading(group, spot), cards=cards)


def _heading(group: Group, spot: Spot | None) -> str:
    place = {"place": spot.name if spot else "", "area": spot.area_name if spot else ""}
    return {
        Group.CRISIS: _("If you need somebody now"),
        Group.NEAR: _("Near %(place)s") % place,
        Group.NATIONAL: _("By phone or online, wherever you live"),
        Group.AREA: _("For people in %(area)s") % place if place["area"] else _("For people in your area"),
        Group.FAR: _("Further away"),
        Group.OTHER: _("Other places") if spot else _("In one town or area"),
    }[group]


def _answers(asked: Asked, *, language: str) -> Iterator[Answer]:
    """Every answer that narrows the search, each with the way to take it away."""
    for pair in asked.pairs:
        yield Answer(text=_answer_text(asked.form, pair, language=language), href=asked.address(without=(pair,)))


def _answer_text(form: FindForm, pair: tuple[str, str], *, language: str) -> str:
    name, value = pair
    field: Any = form.fields[name]
    if isinstance(field, BooleanField):
        return str(field.label)
    if name == "spoken":
        return language_name(value, language=language)
    return str(dict(field.choices)[value]) if hasattr(field, "choices") else value


def _ways_on(asked: Asked, *, language: str, now: datetime) -> Iterator[Answer]:
    """Where nothing was found: the answers without which something would have been, one question at a time."""
    empty = Search()
    for name, field in FIELDS.items():
        wider: Any = {name: getattr(empty, name)}
        search = replace(asked.search, **wider)
        if search == asked.search or not find_ids(search, language=language, now=now, limit=1):
            continue
        pairs = tuple(pair for pair in asked.pairs if pair[0] == field)
        texts = tuple(_answer_text(asked.form, pair, language=language) for pair in pairs)
        yield Answer(text=list_words(texts), href=asked.address(without=pairs))
