"""What every page of a member's workers shares: who may open it, whose it is, and how it says no."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.days import local_day
from leeward.foundation.web.access import View
from leeward.foundation.web.components import Text
from leeward.foundation.work.views import staff_pages
from leeward.victim.network.errors import ProtocolEnded
from leeward.victim.network.queries.members import MemberLine, read_member
from leeward.victim.network.rules.members import has_ended
from leeward.victim.network.views.member.lists import member_of


def _back(_named: Mapping[str, Any]) -> tuple[Text, str]:
    return _("Back to the inbox"), reverse("network:inbox")


def while_in_force(pages: Callable[..., Callable[[Any], View]]) -> Callable[..., Callable[[Any], View]]:
    """Make pages that members' workers open only while the protocol of their organisation lasts."""

    def make(*roles: Role, **told: Any) -> Callable[[Any], View]:
        def decorate(view: Callable[..., HttpResponseBase]) -> View:
            @wraps(view)
            def checked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
                if staff_of(request).role == Role.MEMBER_WORKER and has_protocol_ended(own_member(request)):
                    raise ProtocolEnded
                return view(request, *args, **named)

            return pages(*roles, **told)(checked)

        return decorate

    return make


# The inbox is there afterwards too, to say that the protocol has ended.
inbox_page = staff_pages(Role.MEMBER_WORKER, back=_back)
member_page = while_in_force(inbox_page)


def has_protocol_ended(member: MemberLine) -> bool:
    """Return whether a member's protocol is over today."""
    return has_ended(member.until, today=local_day(timezone.now()))


def own_member(request: HttpRequest) -> MemberLine:
    """The member at which this person works. Raises MemberUnknown."""
    return read_member(member_of(staff_of(request)))


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of a member's workers."""
    return render(request, f"network/member/{template}.jinja", context, status=status)
