"""The shift's handover: what one tells the next, and who has which case."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.work.views import show_shift
from leeward.victim.helpline.queries.cases import TEAM
from leeward.victim.helpline.queries.desk import who_is_on_what
from leeward.victim.helpline.views.desk.frame import helpline_page
from leeward.victim.helpline.views.desk.lists import name_case

HINT = _("Sealed to the helpline’s team. Name cases by their first eight characters, never a person.")


@helpline_page(title=_("Handover at the helpline"), summary=_("What the last shift left, and who is on what."))
@takes_form
def shift(request: UnlockedRequest) -> HttpResponse:
    """Read the last notes, leave one."""
    held = who_is_on_what(now=timezone.now(), viewer=actor_of(request).id)
    form = WordsForm(typed(request), label=_("For the next shift"), hint=HINT, initial=WordsForm.fresh())
    return show_shift(request, team=TEAM, form=form, held=held, name=name_case, address="helpline:desk-case")
