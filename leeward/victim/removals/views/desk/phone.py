"""A report by phone: what to say before the person's own form is opened, and how her code is read out."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.victim.removals.views.desk.frame import desk_page, page


@desk_page(title=_("Take a report by phone"), summary=_("The person's own form, typed for her while she speaks."))
@require_safe
def phone(request: UnlockedRequest) -> HttpResponse:
    """What to say, and the way into her form."""
    return page(request, "phone", {})
