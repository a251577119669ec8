"""One row of a round with its items: what is asked, what realises it, what is known now, what was said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.web.words import word
from leeward.policy.assessment import words
from leeward.policy.assessment.queries.evidence import run_query
from leeward.policy.assessment.queries.rounds import Opened, answers_to, find_round, open_round, taken_back_from
from leeward.policy.assessment.queries.states import ItemState
from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.assessment.rules.rounds import Source, Stage
from leeward.policy.assessment.rules.scale import WEAK
from leeward.policy.assessment.views.answering import BOTH, action_address, answers, is_officer, page
from leeward.policy.assessment.views.rounds import head, may_answer
from leeward.policy.assessment.views.showing import (
    groups_in_words,
    item_in_words,
    items_by_column,
    row_in_words,
    said_in_words,
)


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID, row_id: str) -> HttpResponse:
    """One row with its items."""
    now = timezone.now()
    opened = open_round(staff_of(request), round_id, now=now)
    row = opened.state.row(row_id)
    ids = [each.row.id for each in opened.state.rows]
    place = ids.index(row_id)
    columns = items_by_column(row, day=opened.state.day)
    by_id = {each.item.id: each for each in row.items}
    for column in columns:
        for shown in column["items"]:
            shown |= _beside(request, opened, by_id[shown["id"]], now=now)
    context = {
        **head(opened),
        "row": row_in_words(row),
        "columns": columns,
        "voice": may_answer(request, opened),
        "before": ids[place - 1] if place else "",
        "after": ids[place + 1] if place + 1 < len(ids) else "",
    }
    return page(request, "row", context)


@require_role(*BOTH)
@require_safe
@answers
def history(request: HttpRequest, round_id: UUID, item_id: str) -> HttpResponse:
    """Everything that was ever answered to one item, and evidence that was taken back."""
    viewer = staff_of(request)
    opened, held = open_round(viewer, round_id, now=timezone.now()), find_round(viewer, round_id)
    item = opened.state.item(item_id)
    voices = None
    if not opened.may_see_views and opened.own is not None:
        voices = frozenset({opened.own.key, Source.AGREED.value})
    context = {
        **head(opened),
        "item": item_in_words(item, day=opened.state.day),
        "row_id": row_of(opened, item_id),
        "said": [said_in_words(each) for each in answers_to(held, item_id, voices=voices)],
        "taken_back": taken_back_from(held, item_id),
    }
    return page(request, "history", context)


def row_of(opened: Opened, item_id: str) -> str:
    """The row in which an item stands."""
    return next(row.row.id for row in opened.state.rows if any(each.item.id == item_id for each in row.items))


def live_in_words(name: str, *, now: datetime) -> dict[str, Any] | None:
    """What a live query finds now, with what it counts; None where this version has no such query."""
    if name not in QUERIES:
        return None
    found = run_query(name, now=now)
    return {
        "title": _(found.query.title),
        "definition": _(found.query.definition),
        "scope": _(found.query.scope),
        "caveat": _(found.query.caveat),
        "value": words.amount(found.value, found.query.unit) if found.value is not None else "",
        "why": word(found.no_value) if found.no_value else "",
        "on": found.on,
    }


def _beside(request: HttpRequest, opened: Opened, each: ItemState, *, now: datetime) -> dict[str, Any]:
    """What stands beside an item for this viewer."""
    weak = each.is_assessable and each.state in WEAK and is_officer(request)
    return {
        # Before her body has finished, not even that: she could try answers until nobody differs.
        "is_disputed": opened.may_see_views and each.spread.is_disputed,
        "live": live_in_words(each.item.evidence, now=now) if each.item.evidence else None,
        "groups": groups_in_words(each) if opened.may_see_views and each.views else [],
        "action": action_address(each.item.id) if weak else "",
        "may_agree": is_officer(request) and opened.state.stage is Stage.REVIEW and each.is_assessable,
    }
