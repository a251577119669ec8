"""From a case: which tactic did this person meet? The fifth raises an alert; nobody learns from whom it came."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.victim.helpline.forms.tactic import TacticForm
from leeward.victim.helpline.operations.sightings import note_sighting, sighted_by
from leeward.victim.helpline.views.desk.frame import helpline_page, open_for, page, take, to_case
from leeward.victim.helpline.views.desk.lists import name_case
from leeward.victim.network.queries.alerts import list_tactics

TITLE = _("Which tactic did they meet?")


@helpline_page()
@takes_form
def tactic(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """The tactics that others met lately, and a form for a new one; without the person's yes, why not."""
    found = open_for(request, case)
    noted = sighted_by(found.opened)
    known = list_tactics(now=found.now)
    form = TacticForm(
        typed(request),
        tactics=[each for each in known if each.public_id not in noted],
        initial={"once": uuid.uuid4()},
    )
    if form.is_bound and form.is_valid():
        which, said = form.said
        note_sighting(opened=take(request, case), tactic=which, said=said, **stamp(request))
        return to_case(case, at="notes")
    context = {
        "title": TITLE,
        "name": name_case(case),
        "case": found.view,
        "noted": [each.words for each in known if each.public_id in noted],
        "form": form,
    }
    return page(request, "tactic", context, status=status_of(form))
