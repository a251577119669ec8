"""An owner's pages: her entry as everybody sees it, "still correct", the questions about what has changed, the end."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import WRITING
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try
from leeward.foundation.web.access import public
from leeward.foundation.web.links import tell_to_wait
from leeward.foundation.web.network import network_of
from leeward.society.directory.errors import EntryRefused, NothingProposed, TooManyProposals
from leeward.society.directory.forms.owner import EndedForm, OwnerForm
from leeward.society.directory.operations.freshness import confirm_by_link, renew_link
from leeward.society.directory.operations.proposing import propose_change, propose_end
from leeward.society.directory.owner_words import FIELDS
from leeward.society.directory.queries.cards import hides_place
from leeward.society.directory.queries.proposals import ProposalView, list_open_proposals
from leeward.society.directory.queries.showing import ServiceView, facet_choices, preview_service
from leeward.society.directory.rules.freshness import OWNERS, ProposalKind
from leeward.society.directory.rules.records import ServiceStatus
from leeward.society.directory.schedule_words import describe_schedule
from leeward.society.directory.views.owner.link import (
    NEW_LINK_PURPOSE,
    NEW_LINKS,
    ROBOTS,
    Visit,
    for_owner,
)
from leeward.society.directory.views.public.showing import describe
from leeward.society.directory.words import DAYS

type Words = str | Promise

# What the entry's page says after something was done; the address carries the code, never the words.
DONE: dict[str, Words] = {
    "confirmed": _("Thank you. Everybody can see now that this entry was checked today."),
    "sent": _("Thank you. One of our editors looks at what you wrote, and then everybody can see it."),
    "ended": _("Thank you for telling us. One of our editors looks at it, and then people do not find it any more."),
}
NOT_DONE: dict[str, Words] = {
    "changed": _(
        "Nothing was kept yet: the entry was changed after you opened this page. Please look at it once more."
    ),
}


@public
@require_http_methods(WRITING)
@for_owner
def entry(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The entry as everybody sees it; a press says that it is still correct."""
    view = _entry(visit)
    if request.method == "POST":
        is_checked = view.record.assured_date == local_day(visit.now)
        if not is_checked and request.POST.get("shown") != view.version:
            return visit.back("changed")
        confirm_by_link(visit.way, now=visit.now)
        return visit.back("confirmed")
    said = request.GET.get("said", "")
    context = {
        **describe(view),
        **_frame(visit, view),
        "done": DONE.get(said),
        "not_done": NOT_DONE.get(said),
        "waiting": tuple(_waiting(visit)),
        "is_checked_today": view.record.assured_date == local_day(visit.now),
        "is_internal": view.record.is_internal,
        "has_ended": view.record.status is ServiceStatus.DEFUNCT,
    }
    return render(request, "directory/owner/entry.jinja", context)


@public
@require_http_methods(WRITING)
@for_owner
def edit(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The questions. What was typed stays until it is sent; what was not changed is not sent on."""
    view = _entry(visit)
    is_sent = request.method == "POST"
    form = OwnerForm(
        request.POST if is_sent else None,
        entry=view,
        people=facet_choices("people", language=view.language),
        today=local_day(visit.now),
    )
    status = HTTPStatus.OK
    if is_sent:
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid() and _is_as_shown(request, view, form):
            try:
                propose_change(
                    service_id=visit.way.service_id,
                    change=form.change(),
                    words=form.cleaned_data["words"],
                    now=visit.now,
                )
            except NothingProposed:
                form.add_error(None, _("You changed nothing. If all is correct, go back and say so with one press."))
            except EntryRefused as error:
                form.refuse(error.errors)
            except TooManyProposals:
                form.add_error(None, _FULL)
                status = HTTPStatus.CONFLICT
            else:
                return visit.back("sent")
    context = {
        **_frame(visit, view),
        "form": form,
        "weekdays": DAYS,
        "kept_hours": tuple(describe_schedule(row) for row in (*form.hours.special, *form.hours.rules)),
        "hides_address": hides_place(view),
        "translated": sorted({each.language for each in view.record.translations}),
    }
    return render(request, "directory/owner/edit.jinja", context, status=status)


@public
@require_http_methods(WRITING)
@for_owner
def ended(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """That the service is given no more: asked once more, with room for a word."""
    view = _entry(visit)
    form = EndedForm(request.POST if request.method == "POST" else None, auto_id="f-%s")
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            try:
                propose_end(service_id=visit.way.service_id, words=form.cleaned_data["words"], now=visit.now)
            except EntryRefused:
                form.add_error("words", _("There are signs in it that cannot be shown. Type it anew."))
            except TooManyProposals:
                form.add_error(None, _FULL)
                status = HTTPStatus.CONFLICT
            else:
                return visit.back("ended")
    return render(request, "directory/owner/ended.jinja", {**_frame(visit, view), "form": form}, status=status)


@public
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for a new link in the place of one that is over. The answer is the same whether one was sent."""
    now = timezone.now()
    try:
        count_network_try(network=network_of(request), purpose=NEW_LINK_PURPOSE, now=now, limit=NEW_LINKS)
    except TooManyTries as error:
        return tell_to_wait(request, error)
    renew_link(token, now=now)
    response = render(request, "directory/owner/asked.jinja")
    response.headers["X-Robots-Tag"] = ROBOTS
    return response


_FULL = _("Several messages of yours wait already. Our editors look at them first. Please come back later.")


def _entry(visit: Visit) -> ServiceView:
    return preview_service(visit.way.service_id, language=get_language() or settings.LANGUAGE_CODE, now=visit.now)


def _frame(visit: Visit, view: ServiceView) -> dict[str, object]:
    """What every page of hers knows."""
    return {
        "home": visit.address(),
        "edit_url": visit.address("edit"),
        "ended_url": visit.address("ended"),
        "expires_at": visit.way.expires_at,
        "name": view.name,
        "shown": view.version,
    }


def _is_as_shown(request: HttpRequest, view: ServiceView, form: OwnerForm) -> bool:
    """Whether the entry is as it was when the form was opened; else what was not touched would undo what others did."""
    if request.POST.get("shown") == view.version:
        return True
    words = _("The entry was changed after you opened this page. Look at your answers once more, then send them.")
    form.add_error(None, words)
    return False


def _waiting(visit: Visit) -> list[Words]:
    """What she has sent and nobody has looked at yet: which questions, not what she wrote."""
    found = list_open_proposals(
        language=get_language() or settings.LANGUAGE_CODE,
        now=visit.now,
        service_id=visit.way.service_id,
        kinds=OWNERS,
    )
    return list(dict.fromkeys(words for proposal in found for words in _about(proposal)))


def _about(proposal: ProposalView) -> list[Words]:
    if proposal.kind is ProposalKind.ENDED:
        return [FIELDS["ended"]]
    named = [FIELDS[change.field] for change in proposal.changes if change.field in FIELDS]
    return [*named, *([FIELDS["words"]] if proposal.words else [])]
