"""A platform's right of reply: its people write it at their workplace, staff publish it or send it back."""

from http import HTTPStatus
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.fields import select
from leeward.foundation.editing.pages import WRITING, go, typed
from leeward.foundation.web.timeline import Entry, by_name
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.queries import find_partner
from leeward.industry.platforms.rules import Partner
from leeward.policy.statistics.dashboard.board import board
from leeward.policy.statistics.forms.replies import ReplyForm, SendBackForm
from leeward.policy.statistics.operations.replies import (
    hand_in_reply,
    publish_reply,
    send_reply_back,
    take_reply_back,
)
from leeward.policy.statistics.queries.replies import find_reply, replies_of, reply_lines, reply_rows
from leeward.policy.statistics.rules.replies import Reply, ReplyState

STAFF = (Role.POLICY_OFFICER, Role.ADMINISTRATOR)
OF_PLATFORM = (Role.PLATFORM_LEAD,)


@require_role(
    *OF_PLATFORM,
    desk_title=_("Your reply to the public figures"),
    desk_summary=_("What everybody reads about your platform’s removals, and your own words beside it."),
)
@require_http_methods(WRITING)
def reply(request: HttpRequest) -> HttpResponse:
    """Show a platform its public numbers and its replies, with a form for a new one."""
    partner = _own_platform(request)
    form = ReplyForm(typed(request))
    if form.is_bound and form.is_valid():
        language = get_language() or ""
        words, by, now = form.cleaned_data["words"], actor_of(request), timezone.now()
        hand_in_reply(partner=partner, words=words, language=language, by=by, now=now)
        return go("statistics:reply")
    own = replies_of(partner)
    context = {
        "form": form,
        "partner": partner,
        "row": next((row for row in board() if row.code == str(partner.public_id)), None),
        "waiting": _in_state(own, ReplyState.WAITING),
        "shown": _in_state(own, ReplyState.SHOWN),
        "sent_back": own[0] if own and own[0].state is ReplyState.SENT_BACK else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "statistics/replies/own.jinja", context, status=status)


@require_role(*OF_PLATFORM)
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what is shown or waits."""
    take_reply_back(partner=_own_platform(request), by=actor_of(request), now=timezone.now())
    return go("statistics:reply")


@require_role(
    *STAFF,
    desk_title=_("What platforms reply to their figures"),
    desk_summary=_("Replies that wait for you, and those that everybody reads."),
)
@require_safe
@shows_list
def list_all(request: HttpRequest) -> HttpResponse:
    """Replies that wait, or those that are settled."""
    return show_list(
        request, replies_list(), lambda found: render(request, "statistics/replies/all.jinja", {"found": found})
    )


def replies_list() -> Listing[Reply]:
    """Replies that wait, the oldest first; settled ones where somebody asks for them."""
    waits, *settled = choices_of(ReplyState)
    return Listing(
        rows=reply_rows(),
        tell=lambda rows: rows.select_related("platform"),
        lines=reply_lines,
        columns=[
            Column("platform", _("Platform"), lambda each: each.platform),
            Column("state", _("State"), lambda each: each.state),
            Column("handed", _("Handed in"), lambda each: each.handed_in_at, Order(by="handed_in_at")),
        ],
        sort="handed",
        address=lambda each: reverse("statistics:reply-show", args=[each.reference]),
        filters=[
            Filter(
                key="state",
                field=select(_("State"), [("", waits[1]), *settled]),
                where=lambda state: Q(state=state),
                otherwise=Q(state=ReplyState.WAITING),
            )
        ],
        empty=_("No reply waits. What platforms say about their figures stands here until you have looked at it."),
    )


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show one reply, and what can be done with it."""
    return _page(request, find_reply(reference), form=SendBackForm())


@require_role(*STAFF)
@require_POST
def publish(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a reply to everybody."""
    publish_reply(reference=reference, by=actor_of(request), now=timezone.now())
    return go("statistics:replies")


@require_role(*STAFF)
@require_POST
def send_back(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Send a reply back with a reason."""
    found, form = find_reply(reference), SendBackForm(request.POST)
    if found.state is not ReplyState.WAITING:
        raise Http404
    if not form.is_valid():
        return _page(request, found, form=form)
    reason = form.cleaned_data["reason"]
    send_reply_back(reference=reference, reason=reason, by=actor_of(request), now=timezone.now())
    return go("statistics:replies")


def _page(request: HttpRequest, found: Reply, *, form: SendBackForm) -> HttpResponse:
    history = [Entry(at=found.handed_in_at, who=found.platform, what=_("Handed in"))]
    if found.decided_at:
        is_ours = found.state in (ReplyState.SHOWN, ReplyState.SENT_BACK)
        names = names_of([found.decided_by] if is_ours else [])
        history.insert(
            0,
            Entry(
                at=found.decided_at,
                who=by_name(names.get(found.decided_by)),
                what=word(found.state),
                facts=[found.reason] if found.reason else [],
            ),
        )
    context = {"reply": found, "form": form, "history": history}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "statistics/replies/one.jinja", context, status=status)


def _own_platform(request: HttpRequest) -> Partner:
    try:
        return find_partner(UUID(staff_of(request).affiliation))
    except (PlatformUnknown, ValueError) as error:
        raise Http404 from error


def _in_state(own: tuple[Reply, ...], state: ReplyState) -> Reply | None:
    return next((each for each in own if each.state is state), None)
