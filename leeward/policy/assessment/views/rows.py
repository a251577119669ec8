"""One row of a round with its items: what is asked, what realises it, what is known now, what was said."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.web.timeline import Entry, by_name
from leeward.policy.assessment.queries.rounds import answers_to, find_round, open_round, taken_back_from
from leeward.policy.assessment.rules.rounds import Hand, ScoreKind
from leeward.policy.assessment.views import showing
from leeward.policy.assessment.views.answering import BOTH, answers, page
from leeward.policy.assessment.views.rounds import may_answer


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID, row_id: str) -> HttpResponse:
    """One row with its items."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    row, voice = opened.state.row(row_id), may_answer(request, opened)
    before, after = opened.state.beside(row_id)
    return page(request, "row", opened=opened, row=row, voice=voice, before=before, after=after)


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
        voices = frozenset({opened.own.key, ScoreKind.AGREED.value})
    said = answers_to(held, item_id, voices=voices, own=opened.own)
    names = names_of(each.by for each in said)
    return page(
        request,
        "history",
        opened=opened,
        item=item,
        said=[
            Entry(
                at=each.at,
                who=by_name(names.get(each.by)),
                what=showing.voice(each.voice),
                tags=(each.state, each.hand)[: 1 if each.hand is Hand.OWN else 2],
                facts=[text for text in (each.reason, each.note) if text],
            )
            for each in said
        ],
        taken_back=[
            Entry(at=each.at, what=each.piece.title, facts=[each.why]) for each in taken_back_from(held, item_id)
        ],
    )
