"""Who takes whom: for each kind of help and one area, the members that can be asked today; and the network's shelf."""

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.days import when
from leeward.foundation.editing.fields import choose_from, select
from leeward.victim.helpline.views.desk.frame import helpline_page, page
from leeward.victim.network.queries.members import look_at_network
from leeward.victim.network.views.practices import SUMMARY, TITLE, show_shelf


class AreaForm(forms.Form):
    """In which area."""

    area = select(_("Where?"))


@helpline_page(title=_("Who can be asked"), summary=_("Which member can be asked for what today, and who has room."))
@require_safe
def routes(request: UnlockedRequest) -> HttpResponse:
    """The routes of one area, holes marked, and the board; nothing here is about a person who came."""
    now = timezone.now()
    look = look_at_network(now=now)
    form = AreaForm(request.GET)
    choose_from(form, "area", [("", _("Anywhere")), *look.areas.items()])
    area = form.cleaned_data["area"] if form.is_valid() else ""
    context = {
        "form": form,
        "routes": look.routes_in([area]),
        "board": [(line, when(line.said_at, now=now) if line.said_at else "") for line in look.board],
    }
    return page(request, "routes", context)


practices = helpline_page(title=TITLE, summary=SUMMARY)(require_safe(show_shelf))
