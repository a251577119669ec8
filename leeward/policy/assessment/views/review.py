"""Where bodies differ, what they said, and agreeing on one item; and two rounds beside each other."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, go, typed
from leeward.foundation.web.words import hint_of, word
from leeward.policy.assessment import words
from leeward.policy.assessment.forms.scoring import AgreeForm
from leeward.policy.assessment.operations.scores import agree as record_agreement
from leeward.policy.assessment.queries.rounds import earlier_rounds, find_round, open_round
from leeward.policy.assessment.queries.states import ItemState, RoundState
from leeward.policy.assessment.rules.comparing import Change, Compared, compare_items, compare_rows
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.scale import CHOSEN, Standing, State
from leeward.policy.assessment.views.answering import BOTH, OFFICER, answers, page
from leeward.policy.assessment.views.rounds import head
from leeward.policy.assessment.views.rows import row_of
from leeward.policy.assessment.views.showing import groups_in_words, item_in_words


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The items on which bodies differ, those to agree on first."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    if not opened.may_see_views:
        raise EntryUnknown
    state = opened.state
    waiting = [each for each in state.disputed if each.agreed is None]
    agreed = [each for each in state.disputed if each.agreed is not None]
    context = {
        **head(opened),
        "waiting": [_disputed(each, state) for each in waiting],
        "agreed": [_disputed(each, state) for each in agreed],
    }
    return page(request, "review", context)


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def agree(request: HttpRequest, round_id: UUID, item_id: str) -> HttpResponse:
    """Write down what was agreed about one item."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    each = opened.state.item(item_id)
    if not each.is_assessable:
        raise EntryUnknown(item_id)
    form = AgreeForm(typed(request), item_id=item_id, answer=each.agreed)
    if form.is_bound and form.is_valid():
        new = form.as_score()
        try:
            if new is not None:
                record_agreement(public_id=round_id, new=new, by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        else:
            return go("assessment:review", round_id)
    context = {
        **head(opened),
        **_disputed(each, opened.state),
        "row_id": row_of(opened, item_id),
        "hints": {state.value: hint_of(state) for state in CHOSEN},
    }
    return page(request, "agree", context, form=form)


@require_role(*BOTH)
@require_safe
@answers
def compare(request: HttpRequest, round_id: UUID, other_id: UUID | None = None) -> HttpResponse:
    """What rose, fell and became unknown since another round, by default the settled one before."""
    viewer, now = staff_of(request), timezone.now()
    opened = open_round(viewer, round_id, now=now)
    choices = earlier_rounds(viewer, find_round(viewer, round_id))
    if not choices and other_id is None:
        return page(request, "compare", {**head(opened), "other": None, "choices": choices, "groups": [], "rows": []})
    other = open_round(viewer, other_id or choices[0].public_id, now=now).state
    context = {**head(opened), "other": other, "choices": choices, **compared_in_words(other, opened.state)}
    return page(request, "compare", context)


def compared_in_words(earlier: RoundState, later: RoundState) -> dict[str, Any]:
    """Rows side by side, and items grouped by what became of them; what stayed is only counted."""
    rows = compare_rows(_standings(earlier), _standings(later))
    items = compare_items(
        _states(earlier),
        _states(later),
        steps=shipped_model().steps,
        from_edition=earlier.edition,
        to_edition=later.edition,
    )
    texts = {each.item.id: _(each.item.text) for each in (*earlier.items, *later.items)}
    titles = {each.row.id: _(each.row.title) for each in (*earlier.rows, *later.rows)}
    changed = [change for change in Change if change is not Change.SAME]
    return {
        "rows": [{"title": titles[each.id], **_compared(each, is_row=True)} for each in rows],
        "groups": [
            {
                "title": word(change),
                "items": [
                    {"text": texts[each.id], **_compared(each, is_row=False)} for each in items if each.change is change
                ],
            }
            for change in changed
            if any(each.change is change for each in items)
        ],
        "same": sum(each.change is Change.SAME for each in items),
    }


def _compared(each: Compared, *, is_row: bool) -> dict[str, Any]:
    def said(code: str) -> dict[str, Any]:
        return words.standing(Standing(code)) if is_row else words.state(State(code))

    return {
        "id": each.id,
        "before": [said(code) for code in each.before],
        "after": said(each.after) if each.after is not None else None,
        "change": word(each.change),
        "colour": each.change.colour,
        "changed": each.change is not Change.SAME,
    }


def _standings(state: RoundState) -> dict[str, Standing]:
    return {each.row.id: each.view.standing for each in state.rows}


def _states(state: RoundState) -> dict[str, State]:
    return {each.item.id: each.state for each in state.items if each.is_assessable}


def _disputed(each: ItemState, state: RoundState) -> dict[str, Any]:
    return {
        "item": item_in_words(each, day=state.day),
        "groups": groups_in_words(each),
        "agreed": {"state": words.state(each.agreed.state), "note": each.agreed.note} if each.agreed else None,
    }
