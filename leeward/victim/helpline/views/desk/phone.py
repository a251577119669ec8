"""Somebody on the phone, or a letter: what to say before the person's own pages are opened, and who types there."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of
from leeward.foundation.editing.pages import takes_form
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.coming import Coming
from leeward.victim.helpline.views.desk.frame import helpline_page, page
from leeward.victim.portal.views.visiting import type_for

# By the word of the button.
SOURCES = {"phone": CaseSource.PHONE, "letter": CaseSource.LETTER}


@helpline_page(
    title=_("Take a call or a letter"), summary=_("The person’s own pages, typed for them while they speak or write.")
)
@takes_form
def phone(request: UnlockedRequest) -> HttpResponse:
    """What to say, and the way into her pages: who presses it is the typist."""
    source = SOURCES.get(request.POST.get("by", ""))
    if request.method != "POST" or source is None:
        return page(request, "phone", {})
    errand = Coming(source=source).pack()
    return type_for(request, page=reverse("helpline:my-talk"), typist=staff_of(request).reference, errand=errand)
