"""A report by phone: what to say before the person's own form is opened, and how her code is read out."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of
from leeward.foundation.editing.pages import takes_form
from leeward.victim.portal.rules.visits import begin_visit
from leeward.victim.portal.views.visiting import forget_visit, go, keep_visit
from leeward.victim.removals.views.desk.frame import desk_page, page


@desk_page(title=_("Take a report by phone"), summary=_("The person’s own form, typed for them while they speak."))
@takes_form
def phone(request: UnlockedRequest) -> HttpResponse:
    """What to say, and the way into her form: who presses it is the typist. A form that was open here is left."""
    if request.method != "POST":
        return page(request, "phone", {})
    now = timezone.now()
    forget_visit(request)
    return keep_visit(go("home"), begin_visit(now=now, typist=staff_of(request).reference), now=now)
