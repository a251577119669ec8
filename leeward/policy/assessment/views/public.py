"""What everybody may read: published rounds, as a page that can be printed, as JSON and as CSV."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.opendata import open_data, table
from leeward.foundation.web.access import public
from leeward.foundation.web.words import word
from leeward.policy.assessment import words
from leeward.policy.assessment.queries.published import (
    list_published,
    open_latest,
    open_published,
    open_published_today,
)
from leeward.policy.assessment.queries.states import RoundState, RowState
from leeward.policy.assessment.records import round_record, round_rows
from leeward.policy.assessment.views.showing import (
    areas_in_words,
    groups_in_words,
    items_by_column,
    legend,
    row_in_words,
)

COLUMNS = (
    "area",
    "row",
    "row_standing",
    "item",
    "column",
    "column_inferred",
    "text",
    "state",
    "reason",
    "note",
    "evidence",
    "evidence_in_date",
)


@public
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The latest published round."""
    state = open_latest(now=timezone.now())
    if state is None:
        return render(request, "assessment/public/none.jinja")
    return _page(request, state)


@public
@require_safe
def show_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One published round."""
    return _page(request, open_published(round_id, now=timezone.now()))


@public
@require_safe
def show_whole(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One published round with every item, to be printed."""
    return _page(request, open_published(round_id, now=timezone.now()), whole=True)


@public
@require_safe
def show_row(request: HttpRequest, round_id: UUID, row_id: str) -> HttpResponse:
    """One row of a published round."""
    state = open_published(round_id, now=timezone.now())
    row = state.row(row_id)
    ids = [each.row.id for each in state.rows]
    place = ids.index(row_id)
    context = {
        "state": state,
        "row": _row(state, row, day=local_day(timezone.now())),
        "before": ids[place - 1] if place else "",
        "after": ids[place + 1] if place + 1 < len(ids) else "",
    }
    return render(request, "assessment/public/row.jinja", context)


@public
@require_safe
@open_data
def round_json(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One published round for programs, in the language that is asked for."""
    del request
    return JsonResponse(
        round_record(open_published(round_id, now=timezone.now())),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )


@public
@require_safe
@open_data
def round_csv(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One published round as a table, one line an item, in the language that is asked for."""
    del request
    rows = ([line[column] for column in COLUMNS] for line in round_rows(open_published(round_id, now=timezone.now())))
    return table([COLUMNS, *rows], name="assessment.csv")


def _page(request: HttpRequest, state: RoundState, *, whole: bool = False) -> HttpResponse:
    today = open_published_today(state.public_id, now=timezone.now())
    standing_today = {row.row.id: row.view.standing for row in today.rows}
    context = {
        "state": state,
        "published_on": local_day(state.published_at) if state.published_at else None,
        "areas": areas_in_words(state),
        "legend": legend(),
        "is_whole": whole,
        "rows": [_row(state, row, day=today.day) for row in state.rows] if whole else [],
        "fallen": [
            {"id": row.row.id, "standing": words.standing(standing_today[row.row.id])}
            for row in state.rows
            if standing_today[row.row.id] is not row.view.standing
        ],
        "expired": sum(any(held.piece.has_expired_by(today.day) for held in each.pieces) for each in today.items),
        "participants": [{"name": each.public_name, "sector": word(each.sector)} for each in state.participants],
        "others": [each for each in list_published() if each.public_id != state.public_id],
        "today": today.day,
    }
    return render(request, "assessment/public/round.jinja", context)


def _row(state: RoundState, row: RowState, *, day: date) -> dict[str, Any]:
    """A row with its items, by column; evidence in date or not as on `day`."""
    return {
        **row_in_words(row),
        "columns": [
            {**column, "items": [{**shown, "groups": _groups(state, shown)} for shown in column["items"]]}
            for column in items_by_column(row, day=day)
        ],
    }


def _groups(state: RoundState, shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Who said what, where bodies differed."""
    return groups_in_words(state.item(shown["id"]), public=True) if shown["is_disputed"] else []
