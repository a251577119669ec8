"""From a case: which tactic did this person meet?"""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.editing.pages import takes_form
from leeward.victim.file.holders import Door, ask_tactic
from leeward.victim.helpline.queries.cases import TEAM
from leeward.victim.helpline.views.desk.frame import case_page, open_for, take
from leeward.victim.helpline.views.desk.lists import name_case


@case_page()
@takes_form
def tactic(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """The network's page, for the person of this case."""
    found = open_for(request, case)
    door = Door(
        team=TEAM,
        name=name_case(case),
        back=reverse("helpline:desk-case", args=[case]),
        back_text=_("Back to the case"),
        is_agreed=found.view.statistics_agreed_at is not None,
        take=lambda: take(request, case).file,
    )
    return ask_tactic(request, door)
