"""What every page of a member's workers shares: who may open it, whose it is, and how it says no."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.web.components import Text
from leeward.foundation.work.views import staff_pages
from leeward.victim.network.queries.members import MemberLine, read_member
from leeward.victim.network.views.member.lists import member_of


def _back(_named: Mapping[str, Any]) -> tuple[Text, str]:
    return _("Back to the inbox"), reverse("network:inbox")


member_page = staff_pages(Role.MEMBER_WORKER, back=_back)


def own_member(request: HttpRequest) -> MemberLine:
    """The member at which this person works. Raises MemberUnknown."""
    return read_member(member_of(staff_of(request)))


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of a member's workers."""
    return render(request, f"network/member/{template}.jinja", context, status=status)
