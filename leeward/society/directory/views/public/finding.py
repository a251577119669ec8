"""Find support: one box, a few questions that may be skipped, and what was found, on one page.

What somebody looks for is sent by a form and kept by the browser alone (`kept`): no word or town of it stands in an
address, and nothing of it is kept, counted or written down here. Answers that were only ticked may stand in a link.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.forms import BooleanField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.pages.drawing import show_page
from leeward.foundation.web.access import public
from leeward.society.directory.forms.finding import FIELDS, FindForm, read_page
from leeward.society.directory.queries.cards import Card, card_of
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.search import Found, Search, find_ids, search_services
from leeward.society.directory.queries.showing import Group, ServiceView, facet_choices
from leeward.society.directory.queries.suggesting import Context, suggest_cards, suggest_first
from leeward.society.directory.rules.places import Spot
from leeward.society.directory.views.public.kept import Pairs, find_search, keep_search, next_number
from leeward.society.directory.words import language_name, list_words

# Where a form is sent and where a page of results begins, so that a phone shows what was found.
FOUND = "#found"
CRISIS_MOST = 3
# What somebody types: it is sent in a form and stands in no address.
TYPED = ("words", "place")


@dataclass(frozen=True, kw_only=True)
class Section:
    """Services that stand under one heading."""

    group: Group
    heading: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer that narrows the search. `value` says to the form what is to change about it."""

    text: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the page is asked for: the answers, the search that they make, and its number among those of the browser."""

    form: FindForm
    pairs: Pairs
    search: Search
    place: str
    spots: tuple[Spot, ...]
    number: int | None = None

    def address(self, *, page: int = 1) -> str:
        """The address of this search: its number, or else its answers. No word of it."""
        pairs = self.shared if self.number is None else (("search", str(self.number)),)
        if page > 1:
            pairs += (("page", str(page)),)
        name = "directory:find" if self.number is None else "directory:found"
        return f"{reverse(name)}?{urlencode(pairs)}{FOUND}"

    @property
    def shared(self) -> Pairs:
        """The answers that may stand in an address."""
        return tuple(pair for pair in self.pairs if pair[0] not in TYPED)


@public
@csrf_exempt  # nothing is written here, and without its token the page needs no cookie before somebody searches
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The questions. What they are answered with goes to the browser, and from there to the page of what was found."""
    now, language = timezone.now(), get_language() or settings.LANGUAGE_CODE
    if request.method == "POST":
        return _send_on(request, language=language, now=now)
    asked = _read(request.GET, language=language)
    if any(name in request.GET for name in TYPED):  # an old address: its words go no further
        return redirect(asked.address() if asked.shared else reverse("directory:find"))
    has_asked = any(name in request.GET for name in (*asked.form.fields, "page"))
    return _show(request, asked, has_asked=has_asked, language=language, now=now)


@public
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """What was found by a search that this browser keeps; where it keeps none, the questions once more."""
    now, language = timezone.now(), get_language() or settings.LANGUAGE_CODE
    kept = find_search(request, request.GET.get("search", ""), now=now)
    if kept is None:
        return redirect("directory:find")
    number, pairs = kept
    asked = replace(_read(_data_of(pairs), language=language), number=number)
    return _show(request, asked, has_asked=True, language=language, now=now)


def _data_of(pairs: Pairs) -> MultiValueDict[str, str]:
    data: MultiValueDict[str, str] = MultiValueDict()
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def _send_on(request: HttpRequest, *, language: str, now: datetime) -> HttpResponseRedirect:
    """Give the browser the search to keep, without the answers that were taken away, and send it to what was found."""
    asked = _read(request.POST, language=language)
    changes = request.POST.getlist("change")
    gone = {change.removeprefix("-") for change in changes if change.startswith("-")}
    town = next((change.removeprefix("@") for change in changes if change.startswith("@")), "")
    pairs = tuple(pair for pair in asked.pairs if not {pair[0], f"{pair[0]}={pair[1]}"} & gone)
    if town:
        given = _read(_data_of((("place", town),)), language=language)
        pairs = tuple(pair for pair in pairs if pair[0] != "place") + given.pairs
    number = next_number(request, now=now)
    answer = HttpResponseRedirect(f"{reverse('directory:found')}?search={number}{FOUND}", status=303)
    keep_search(answer, request, pairs, number, now=now)
    return answer


def _show(request: HttpRequest, asked: Asked, *, has_asked: bool, language: str, now: datetime) -> HttpResponse:
    context: dict[str, object] = {"form": asked.form, "has_asked": has_asked, "more_is_open": _uses_more(asked)}
    if has_asked:
        page = read_page(request.GET.get("page", ""))
        found = search_services(asked.search, language=language, now=now, page=page)
        if not found.services and found.total and page > 1:  # an old address: what was found has fewer pages now
            found = search_services(asked.search, language=language, now=now, page=found.pages)
        first = suggest_first(found.contexts, now=now) if found.page == 1 else ()
        context |= _results(asked, found, first, language=language, now=now)
    if not has_asked or context["is_without_crisis_line"]:
        named = {card.name for card in cast("tuple[Card, ...]", context.get("first", ()))}
        crisis = suggest_cards(Context.NOW, now=now, most=CRISIS_MOST)
        context["crisis"] = tuple(card for card in crisis if card.name not in named)
    return render(request, "directory/find.jinja", context)


@public
@require_safe
def get_help(request: HttpRequest) -> HttpResponse:
    """Where to find a person to talk to, and what can be done without Leeward."""
    return show_page(request, "help")


def _read(data: MultiValueDict[str, str], *, language: str) -> Asked:
    form = FindForm(
        data,
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
    """The answers by the names of their fields; what was skipped stands nowhere."""
    for name in FindForm.base_fields:
        value = given.get(name)
        if isinstance(value, tuple):
            yield from ((name, str(each)) for each in value)
        elif value:
            yield name, "on" if value is True else str(value)


def _uses_more(asked: Asked) -> bool:
    search = asked.search
    return bool(search.is_open_now or search.is_free or search.is_confidential or search.language or search.access)


def _results(asked: Asked, found: Found, first: tuple[Card, ...], *, language: str, now: datetime) -> dict[str, object]:
    answers = tuple(_answers(asked, language=language))
    return {
        "found": found,
        "first": first,
        "sections": tuple(_sections(found.services, without=first, spot=asked.search.spot)),
        "is_without_crisis_line": not any(view.group is Group.CRISIS for view in found.services) and found.page == 1,
        "answers": answers,
        "shared_url": replace(asked, number=None).address() if asked.shared and asked.number else "",
        "ways_on": tuple(_ways_on(asked, language=language, now=now)) if not found.total else (),
        "all_url": f"{reverse('directory:find')}?page=1{FOUND}",
        "spot": asked.search.spot,
        "spots": tuple(
            Answer(text=f"{spot.name}, {spot.area_name}", value=f"@{spot.name}, {spot.area_name}")
            for spot in asked.spots
            if len(asked.spots) > 1
        ),
        "place": asked.place,
        "is_place_unknown": bool(asked.place) and not asked.spots,
        "previous_url": asked.address(page=found.page - 1) if found.page > 1 else "",
        "next_url": asked.address(page=found.page + 1) if found.page < found.pages else "",
    }


def _sections(views: tuple[ServiceView, ...], *, without: tuple[Card, ...], spot: Spot | None) -> Iterator[Section]:
    """The services by why they stand where they stand, in the order in which they were found; none stands twice."""
    named = {card.service_id for card in without}
    views = tuple(view for view in views if view.id not in named)
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
    for name, value in asked.pairs:
        text = _answer_text(asked.form, (name, value), language=language)
        yield Answer(text=text, value=f"-{name}={value}")


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
        yield Answer(text=list_words(texts), value=f"-{field}")
