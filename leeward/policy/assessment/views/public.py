"""What everybody may read: published rounds, as a page that can be printed, as JSON and as CSV."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.notary.queries import find_entries
from leeward.foundation.opendata import open_data, table
from leeward.foundation.web.access import public
from leeward.policy.assessment.queries.published import (
    list_published,
    open_latest,
    open_published,
    open_published_today,
)
from leeward.policy.assessment.queries.states import RoundState
from leeward.policy.assessment.records import round_record, round_rows
from leeward.policy.assessment.rules.rounds import LEAF_KIND
from leeward.policy.assessment.views import showing

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
    "entered_by_secretariat",
    "not_confirmed",
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
    row, (before, after) = state.row(row_id), state.beside(row_id)
    return _show(request, "row", state, row=row, day=local_day(timezone.now()), before=before, after=after)


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
    return _show(
        request,
        "round",
        state,
        published_on=local_day(state.published_at) if state.published_at else None,
        is_whole=whole,
        fallen=[
            (row.row.id, standing_today[row.row.id])
            for row in state.rows
            if standing_today[row.row.id] is not row.view.standing
        ],
        expired=sum(each.has_expired_by(today.day) for each in today.items),
        others=[each for each in list_published() if each.public_id != state.public_id],
        day=today.day,
        log=find_entries(LEAF_KIND, str(state.public_id)),
    )


def _show(request: HttpRequest, page: str, state: RoundState, **shown: object) -> HttpResponse:
    """A page of a published round; its evidence is in date or not as on `day`."""
    known = {"state": state, "showing": showing, "may_see_views": True}
    return render(request, f"assessment/public/{page}.jinja", known | shown)
