"""The editors' pages about what owners propose and what anybody says is wrong."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.fields import select
from leeward.foundation.editing.mistakes import mistake
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.society.directory.errors import EntryRefused
from leeward.society.directory.forms.staff.proposals import AmendForm
from leeward.society.directory.operations.proposing import accept_amended, accept_proposal, reject_proposal
from leeward.society.directory.queries import proposals
from leeward.society.directory.queries.proposals import ProposalView, read_proposed, show_proposal
from leeward.society.directory.rules.freshness import ProposalKind
from leeward.society.directory.views.staff.shared import editors, go_on, language, page
from leeward.society.directory.words import field_name


def proposals_list(*, now: datetime) -> Listing[ProposalView]:
    """What waits, the oldest first."""
    return Listing(
        rows=proposals.open_rows(),
        lines=lambda rows: proposals.view_proposals(rows, language=language(), now=now),
        columns=[
            Column("service", _("Service"), lambda each: each.service.name),
            Column("kind", _("What"), lambda each: each.kind),
            Column("about", _("About"), _about),
            Column("made", _("Since"), lambda each: each.made_at, proposals.BY_AGE),
        ],
        sort="made",
        address=lambda each: reverse("directory:staff-proposal", args=[each.id]),
        filters=[
            Filter(
                key="kind",
                field=select(_("What"), [("", _("All")), *choices_of(ProposalKind)]),
                where=lambda kind: Q(kind=kind),
            )
        ],
        known=["said"],
    )


def _about(each: ProposalView) -> list[str]:
    """What is said to be wrong, or which fields are to change, each once."""
    names = [field_name(change.field) for change in each.changes]
    return [word(each.mistake)] if each.mistake else list(dict.fromkeys(names))


@editors
@require_safe
@shows_list
def list_open(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first."""
    listing = proposals_list(now=timezone.now())
    return show_list(request, listing, lambda found: page(request, "proposals", {"found": found}))


@editors
@require_safe
def show(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """One proposal: what stands there, what would stand there, and the three answers."""
    return _page(request, _find(proposal_id))


@editors
@require_POST
def accept(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Take a proposal, as it is or as the editor amended it."""
    found = _find(proposal_id)
    form = _form(found, request.POST)
    if form is not None and not form.is_valid():
        return _page(request, found, form=form)
    if request.POST.get("state") != found.service.version:
        trouble = _("The entry has changed since you opened this page. Look again.")
        return _page(request, found, form=form, trouble=trouble)
    by, now = actor_of(request), timezone.now()
    try:
        if form is not None:
            accept_amended(proposal_id=proposal_id, change=form.amended(), by=by, now=now)
        else:
            accept_proposal(proposal_id=proposal_id, by=by, now=now)
    except EntryRefused as error:
        trouble = " ".join(f"{mistake(each)}." for each in error.errors)
        return _page(request, found, form=form, trouble=trouble)
    return go_on(request, "staff-proposals", said="accepted")


@editors
@require_POST
def reject(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Put a proposal aside."""
    reject_proposal(proposal_id=proposal_id, by=actor_of(request), now=timezone.now())
    return go_on(request, "staff-proposals", said="rejected")


def _page(
    request: HttpRequest, found: ProposalView, *, form: AmendForm | None = None, trouble: str = ""
) -> HttpResponse:
    form = form or _form(found, None)
    context = {"proposal": found, "form": form, "trouble": trouble, "version": found.service.version}
    is_wrong = trouble or (form is not None and form.errors)
    return page(request, "proposal", context, status=HTTPStatus.BAD_REQUEST if is_wrong else HTTPStatus.OK)


def _form(found: ProposalView, data: Any) -> AmendForm | None:
    if found.kind is not ProposalKind.CHANGE:
        return None
    return AmendForm(data, changes=found.changes, proposed=read_proposed(found.id))


def _find(proposal_id: uuid.UUID) -> ProposalView:
    return show_proposal(proposal_id, language=language(), now=timezone.now())
