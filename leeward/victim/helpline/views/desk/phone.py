"""Somebody on the phone, or a letter: what to say before the person's own pages are opened, and who types there."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of
from leeward.foundation.editing.pages import takes_form
from leeward.victim.helpline.views.desk.frame import helpline_page, page
from leeward.victim.portal.views.visiting import type_for

# What the errand of the visit says, by the word of the button.
ERRANDS = {"phone": "helpline-phone", "letter": "helpline-letter"}
HERS = "/talk"


@helpline_page(
    title=_("Take a call or a letter"), summary=_("The person’s own pages, typed for them while they speak or write.")
)
@takes_form
def phone(request: UnlockedRequest) -> HttpResponse:
    """What to say, and the way into her pages: who presses it is the typist."""
    errand = ERRANDS.get(request.POST.get("by", ""), "")
    if request.method != "POST" or not errand:
        return page(request, "phone", {})
    return type_for(request, page=HERS, typist=staff_of(request).reference, errand=errand)
