"""A report by phone: what to say before the person's own form is opened, and how their code is read out."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of
from leeward.foundation.editing.pages import takes_form
from leeward.victim.portal.views.visiting import type_for
from leeward.victim.removals.views.desk.frame import desk_page, page


@desk_page(title=_("Take a report by phone"), summary=_("The person’s own form, typed for them while they speak."))
@takes_form
def phone(request: UnlockedRequest) -> HttpResponse:
    """What to say, and the way into her form: who presses it is the typist."""
    if request.method != "POST":
        return page(request, "phone", {})
    return type_for(request, page=reverse("portal:home"), typist=staff_of(request).reference)
