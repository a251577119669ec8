"""Evidence for an item: a link, a file's digest, a live value frozen; and taking a piece back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.pages import WRITING, attempt, go, typed
from leeward.foundation.web.uploads import Keeping, takes_file
from leeward.policy.assessment.forms.evidence import FileForm, LinkForm, PieceForm, TakeBackForm
from leeward.policy.assessment.operations.pieces import add_piece, freeze_live, take_back
from leeward.policy.assessment.queries.rounds import Opened, open_round
from leeward.policy.assessment.rules.pieces import PieceKind
from leeward.policy.assessment.views.answering import BOTH, OFFICER, answers, page

FILE_MOST = 200 * 1024 * 1024
FORMS: dict[str, type[PieceForm]] = {PieceKind.LINK.value: LinkForm, PieceKind.FILE.value: FileForm}


@takes_file(most_bytes=FILE_MOST, keeping=Keeping.DIGEST)
@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def add(request: HttpRequest, round_id: UUID, item_id: str, kind: str) -> HttpResponse:
    """Add a link or a file's digest."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    each = opened.state.item(item_id)
    if kind not in FORMS or not each.is_assessable:
        raise Http404
    form = FORMS[kind](*((request.POST, request.FILES) if request.method == "POST" else ()))
    done = attempt(
        request,
        form,
        lambda by, now: add_piece(public_id=round_id, item_id=item_id, new=form.as_piece(), by=by, now=now),
        then=lambda _none: _go_to_row(opened, item_id),
    )
    is_link = kind == PieceKind.LINK
    return done or page(
        request,
        "evidence",
        opened=opened,
        form=form,
        item=each,
        title=_("Add a link as evidence") if is_link else _("Add a file as evidence"),
        takes_file=not is_link,
    )


@require_role(*BOTH)
@require_POST
@answers
def freeze(request: HttpRequest, round_id: UUID, item_id: str) -> HttpResponse:
    """Keep what the live query finds today."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    freeze_live(public_id=round_id, item_id=item_id, by=actor_of(request), now=timezone.now())
    return _go_to_row(opened, item_id)


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def give_back(request: HttpRequest, round_id: UUID, piece_id: UUID) -> HttpResponse:
    """Take a piece of evidence back, with a reason."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    each, piece = next(
        ((item, held) for item in opened.state.items for held in item.pieces if held.public_id == piece_id),
        (None, None),
    )
    if each is None or piece is None:
        raise EntryUnknown
    form = TakeBackForm(typed(request))
    item_id = each.item.id
    done = attempt(
        request,
        form,
        lambda by, now: take_back(public_id=round_id, piece_id=piece_id, why=form.cleaned_data["why"], by=by, now=now),
        then=lambda _none: _go_to_row(opened, item_id),
    )
    return done or page(
        request, "evidence", opened=opened, form=form, item=each, piece=piece, title=_("Withdraw evidence")
    )


def _go_to_row(opened: Opened, item_id: str) -> HttpResponse:
    return go("assessment:row", opened.state.public_id, opened.state.row_with(item_id).row.id)
