"""The shift's handover: what one tells the next, and who has which report."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.foundation.work.desks import last_shift_notes, leave_shift_note
from leeward.victim.removals.forms.desk import OnceForm, WordsForm
from leeward.victim.removals.queries.desk import DESK_TEAM, who_is_on_what
from leeward.victim.removals.views.desk.frame import colleagues, desk_page, page

LABEL = _("For the next shift")
HINT = _("Sealed to the desk's team. Name reports by their first eight signs, never a person.")


@desk_page(title=_("Shift handover"), summary=_("What the last shift left, and who is on what."))
@takes_form
def shift(request: UnlockedRequest) -> HttpResponse:
    """Read the last notes, leave one."""
    form = WordsForm(typed(request), label=LABEL, hint=HINT, initial=OnceForm.fresh())
    now = timezone.now()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        leave_shift_note(team=DESK_TEAM, words=said["words"], by=actor_of(request), now=now, reference=said["once"])
        return go("removals:desk-shift")
    context = {
        "form": form,
        "notes": last_shift_notes(DESK_TEAM, request.keyring),
        "on_it": who_is_on_what(now=now),
        "names": colleagues(request),
        "own": actor_of(request).id,
        "now": now,
    }
    status = status_of(form)
    return page(request, "shift", context, status=status)
