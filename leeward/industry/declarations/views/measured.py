"""What everybody may read of platforms' rules, processes and answers: as found, with its day, source and reply."""

import json
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.opendata import csvw, metadata, open_data, table
from leeward.foundation.protection.printed import RANGE_COLUMNS
from leeward.foundation.web.access import public
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.queries import (
    FIGURES_MOST,
    FigureSaid,
    PlatformFigure,
    count_statements,
    policy_lines,
    stated_figures,
)
from leeward.industry.declarations.views import showing
from leeward.industry.platforms.queries import listed_platforms
from leeward.industry.platforms.rules import Partner

COLUMNS = {
    "id": ("string", "Of the statement"),
    "platform_id": ("string", "Of the platform, as elsewhere on this site"),
    "platform": ("string", "Its name"),
    "measure": ("string", "What the platform counts"),
    "began_on": ("date", "The first day of the period"),
    "ended_on": ("date", "Its last day"),
    "value": ("decimal", "The number, as it was said"),
    **RANGE_COLUMNS,
    "said_on": ("date", "When it was said"),
    "said_by": ("string", "By whom"),
    "source": ("string", "Where it stands"),
    "state": ("string", "newest, earlier or mistaken"),
}


@public
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Platforms by name, with how far each is known to meet the checklist."""
    lines = policy_lines(listed_platforms())
    context = {"lines": lines, "checklist": read_checklist(), "showing": showing}
    return render(request, "declarations/public/platforms.jinja", context)


@public
@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One platform; those that were only met in reports are on no public page."""
    partner = next((each for each in listed_platforms() if each.public_id == public_id), None)
    if partner is None:
        raise Http404
    context = {**showing.known_of(partner), "showing": showing}
    return render(request, "declarations/public/platform.jinja", context)


@public
@require_safe
@open_data
def figures_json(_request: HttpRequest) -> HttpResponse:
    """What platforms count themselves, with what they said before, for programs; described in docs/declaration.md."""
    partners = listed_platforms()
    body = {
        "as_of": local_day(timezone.now()).isoformat(),
        "total": count_statements(partners),
        "limit": FIGURES_MOST,
        "platforms": [
            {
                "id": str(partner.public_id),
                "name": partner.name,
                "page": settings.LEEWARD_URL + reverse("declarations:public-platform", args=[partner.public_id]),
                "figures": [
                    {
                        "measure": figure.measure.value,
                        "began_on": figure.began_on.isoformat(),
                        "ended_on": figure.ended_on.isoformat(),
                        "newest": _record(figure.newest) if figure.newest else None,
                        "earlier": [{**_record(said), "mistaken": said.is_mistaken} for said in figure.earlier],
                    }
                    for figure in figures
                ],
            }
            for partner, figures in _figures(partners)
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json")


@public
@require_safe
@open_data
def figures_csv(_request: HttpRequest) -> HttpResponse:
    """The same as a table: a line for each time that a platform said a number."""
    rows: list[Sequence[object]] = [tuple(COLUMNS)]
    for partner, figures in _figures(listed_platforms()):
        for figure in figures:
            of = {
                "platform_id": str(partner.public_id),
                "platform": partner.name,
                "measure": figure.measure.value,
                "began_on": figure.began_on.isoformat(),
                "ended_on": figure.ended_on.isoformat(),
            }
            for said, state in _states(figure):
                record = {**of, **_record(said), **_range(said), "state": state}
                rows.append([record[name] for name in COLUMNS])
    return table(rows, name="figures.csv")


@public
@require_safe
@open_data
def figures_metadata(request: HttpRequest) -> HttpResponse:
    """What the columns of the table mean, as CSV on the Web."""
    address = request.build_absolute_uri(reverse("declarations:figures-csv"))
    about = "Each number that a platform said, as it said it."
    return metadata(csvw(COLUMNS, address=address, title="What platforms count", about=about, key=("id", "state")))


def _figures(partners: tuple[Partner, ...]) -> Iterator[tuple[Partner, tuple[PlatformFigure, ...]]]:
    """The platforms that count something themselves, in the order of their names."""
    found = stated_figures(partners)
    return ((partner, found[partner.id]) for partner in partners if partner.id in found)


def _states(figure: PlatformFigure) -> Iterator[tuple[FigureSaid, str]]:
    """Everything that was said of a period, with how it stands now."""
    if figure.newest:
        yield figure.newest, "newest"
    for said in figure.earlier:
        yield said, "mistaken" if said.is_mistaken else "earlier"


def _record(said: FigureSaid) -> dict[str, object]:
    return {
        "id": str(said.reference),
        "value": _number(said.value),
        "said_on": said.said_on.isoformat(),
        "said_by": said.said_by.value,
        "source": said.source,
    }


def _range(said: FigureSaid) -> dict[str, object]:
    """Return a number's range in a file: a platform says whole numbers, which nobody has rounded here."""
    value = _number(said.value)
    return dict(zip(RANGE_COLUMNS, (value, value, ""), strict=True))


def _number(value: Decimal) -> int | float:
    """A number with at most two decimals and twelve digits before them, which a float holds."""
    return int(value) if value == value.to_integral_value() else float(value)
