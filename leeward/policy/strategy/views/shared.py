"""What the secretariat's pages share: who may open them, how a form is taken in, and files."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing import pages
from leeward.foundation.editing.pages import Asking
from leeward.foundation.web.words import told
from leeward.policy.strategy import words
from leeward.policy.strategy.queries.mapping import list_stakeholders
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.views import showing

STAFF = (Role.POLICY_OFFICER,)


secretariat = require_role(*STAFF)


def show(request: HttpRequest, page: str, **shown: object) -> HttpResponse:
    """Show a page; `showing` has what templates ask for beside what they are given."""
    return render(request, f"strategy/{page}.jinja", {"showing": showing, **shown})


def ask(request: HttpRequest, asking: Asking) -> HttpResponse:
    """Ask in the secretariat's frame, with its words for what somebody else has changed meanwhile."""
    whole = replace(asking, labels=words.FIELDS, in_words=showing.HISTORY.tell)
    return pages.ask(request, whole, template="strategy/staff/form.jinja")


def leads() -> list[tuple[str, str]]:
    """Organisations from which to choose."""
    return [(str(each.reference), f"{each.entry.name} ({each.entry.area})") for each in list_stakeholders()]


def actions_to_choose(*, now: datetime, without: int = 0) -> list[tuple[str, str]]:
    """Actions from which to choose."""
    return [
        (str(each.reference), f"A{each.number} {told(each.title)}")
        for each in list_actions(reader=Reader.STAFF, now=now)
        if each.number != without
    ]
