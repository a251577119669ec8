"""The shift's handover: what one tells the next, and who has which case."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.work.views import OnIt, show_shift
from leeward.victim.helpline.operations.cases import TEAM
from leeward.victim.helpline.queries.desk import who_is_on_what
from leeward.victim.helpline.views.desk.frame import helpline_page
from leeward.victim.helpline.views.desk.lists import name_case

LABEL = _("For the next shift")
HINT = _("Sealed to the helpline's team. Name cases by their first eight signs, never a person.")


@helpline_page(title=_("Handover at the helpline"), summary=_("What the last shift left, and who is on what."))
@takes_form
def shift(request: UnlockedRequest) -> HttpResponse:
    """Read the last notes, leave one."""
    on_it = [
        OnIt(
            title=name_case(each.reference),
            address=reverse("helpline:desk-case", args=[each.reference]),
            band=each.band,
            by=each.claimed_by,
            until=each.claimed_until,
        )
        for each in who_is_on_what(now=timezone.now())
        if each.claimed_until
    ]
    form = WordsForm(typed(request), label=LABEL, hint=HINT, initial=WordsForm.fresh())
    names = team_names(viewer=staff_of(request))
    return show_shift(request, team=TEAM, form=form, on_it=on_it, names=names)
