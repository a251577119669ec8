"""Where bodies differ, what they said, and agreeing on one item; and two rounds beside each other."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.pages import WRITING, attempt, go, typed
from leeward.policy.assessment.forms.scoring import AgreeForm
from leeward.policy.assessment.operations.scores import agree as record_agreement
from leeward.policy.assessment.queries.rounds import earlier_rounds, find_round, open_round
from leeward.policy.assessment.queries.states import RoundState
from leeward.policy.assessment.rules.comparing import Change, compare_items, compare_rows
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.scale import Standing, State
from leeward.policy.assessment.views.answering import BOTH, OFFICER, answers, page


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The items on which bodies differ, those to agree on first."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    if not opened.may_see_views:
        raise EntryUnknown
    disputed = opened.state.disputed
    waiting, agreed = ([each for each in disputed if (each.agreed is None) is wanted] for wanted in (True, False))
    return page(request, "review", opened=opened, waiting=waiting, agreed=agreed)


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

    def save(by: Actor, now: datetime) -> None:
        new = form.as_score()
        if new is not None:
            record_agreement(public_id=round_id, new=new, by=by, now=now)

    done = attempt(request, form, save, then=lambda _none: go("assessment:review", round_id))
    return done or page(request, "agree", opened=opened, form=form, item=each)


@require_role(*BOTH)
@require_safe
@answers
def compare(request: HttpRequest, round_id: UUID, other_id: UUID | None = None) -> HttpResponse:
    """What rose, fell and became unknown since another round, by default the settled one before."""
    viewer, now = staff_of(request), timezone.now()
    opened = open_round(viewer, round_id, now=now)
    choices = earlier_rounds(viewer, find_round(viewer, round_id))
    if not choices and other_id is None:
        return page(request, "compare", opened=opened, choices=choices)
    later = opened.state
    other = open_round(viewer, other_id or choices[0].public_id, now=now).state
    items = compare_items(
        _states(other),
        _states(later),
        steps=shipped_model().steps,
        from_edition=other.edition,
        to_edition=later.edition,
    )
    return page(
        request,
        "compare",
        opened=opened,
        choices=choices,
        other=other,
        rows=compare_rows(_standings(other), _standings(later)),
        items=items,
        texts={each.item.id: _(each.item.text) for each in (*other.items, *later.items)},
        titles={each.row.id: _(each.row.title) for each in (*other.rows, *later.rows)},
        same=sum(each.change is Change.SAME for each in items),
    )


def _standings(state: RoundState) -> dict[str, Standing]:
    return {each.row.id: each.view.standing for each in state.rows}


def _states(state: RoundState) -> dict[str, State]:
    return {each.item.id: each.state for each in state.assessable}
