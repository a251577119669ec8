"""From a report: which tactic did this person meet?"""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.editing.pages import takes_form
from leeward.victim.file.holders import Door, ask_tactic
from leeward.victim.removals.queries.desk import DESK_TEAM
from leeward.victim.removals.views.desk.frame import desk_page, open_for, take


@desk_page()
@takes_form
def tactic(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """The network's page, for the person of this report."""
    found = open_for(request, report)
    door = Door(
        team=DESK_TEAM,
        name=f"{_('Report')} {str(report)[:8]}",
        back=reverse("removals:desk-report", args=[report]),
        back_text=_("Back to the report"),
        is_agreed=found.view.consents.statistics,
        take=lambda: take(request, report).file,
    )
    return ask_tactic(request, door)
