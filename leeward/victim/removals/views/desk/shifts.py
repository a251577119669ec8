"""The shift's handover: what one tells the next, and who has which report."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.work.views import show_shift
from leeward.victim.removals.queries.desk import DESK_TEAM, who_is_on_what
from leeward.victim.removals.views.desk.frame import desk_page
from leeward.victim.removals.views.desk.lists import name_report

HINT = _("Sealed to the desk's team. Name reports by their first eight signs, never a person.")


@desk_page(title=_("Shift handover"), summary=_("What the last shift left, and who is on what."))
@takes_form
def shift(request: UnlockedRequest) -> HttpResponse:
    """Read the last notes, leave one."""
    held = who_is_on_what(now=timezone.now())
    form = WordsForm(typed(request), label=_("For the next shift"), hint=HINT, initial=WordsForm.fresh())
    return show_shift(request, team=DESK_TEAM, form=form, held=held, name=name_report, address="removals:desk-report")
