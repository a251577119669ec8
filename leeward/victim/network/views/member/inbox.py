"""A member's inbox, and the one page of its protocol that everybody there reads first."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import go, takes_form
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.victim.network.operations.members import accept_protocol
from leeward.victim.network.queries.members import has_accepted
from leeward.victim.network.rules.members import MemberState
from leeward.victim.network.views.mailbox import ask_mailbox
from leeward.victim.network.views.member.frame import inbox_page, member_page, own_member, page
from leeward.victim.network.views.member.lists import inbox_list

TITLE = _("Referred to you")
# What was done with what is not here any more.
TOLD: Mapping[str, Words] = {
    "declined": _(
        "You said that you cannot help. You can no longer open it. If the person named somebody else, they are asked."
    ),
    "failed": _(
        "You said that it did not work. You can no longer open it. If the person named somebody else and still wants "
        "it, they are asked."
    ),
    "done": _("You said what came of it. You can no longer open it. Thank you."),
}


@inbox_page(title=TITLE, summary=_("Who the helpline passed on to you, by when you answer, and what came of it."))
@require_safe
@shows_list
def inbox(request: UnlockedRequest) -> HttpResponse:
    """What is with this member."""
    member, now = own_member(request), timezone.now()
    context = {
        "title": TITLE,
        "member": member,
        "is_open": member.state is MemberState.MEMBER and member.until is not None and member.until >= local_day(now),
        "told": TOLD.get(request.GET.get("told", ""), ""),
    }
    listing = inbox_list(member.public_id, names=team_names(viewer=staff_of(request)), now=now)
    return show_list(request, listing, lambda found: page(request, "inbox", {"found": found, **context}))


@member_page()
@takes_form
def protocol(request: UnlockedRequest) -> HttpResponse:
    """The protocol, on one page; whoever accepts it goes on to what they wanted to read."""
    member = own_member(request)
    if request.method == "POST":
        accept_protocol(member=member.public_id, version=read_version(request), **stamp(request))
        return go("network:turn", turn) if (turn := _turn(request.POST.get("turn", ""))) else go("network:inbox")
    context = {
        "member": member,
        "is_accepted": has_accepted(member, staff=actor_of(request).id),
        "turn": _turn(request.GET.get("turn", "")) or "",
    }
    return page(request, "protocol", context)


@member_page()
@takes_form
def mailbox(request: UnlockedRequest) -> HttpResponse:
    """Where this member is written that something waits for it."""
    return ask_mailbox(request, own_member(request), back=reverse("network:inbox"), back_text=TITLE)


def read_version(request: HttpRequest) -> int:
    """Which version of the protocol somebody says that they have read; 0 for what is no number of one."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


def _turn(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None
