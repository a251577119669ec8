"""How often something was passed on without a yes, under which law, and what came of it; nothing of anybody."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.days import local_day
from leeward.victim.helpline.queries.overrides import all_bases, count_overrides, law_words
from leeward.victim.helpline.views.lead.frame import lead_page, page

TITLE = _("Referred without consent")


@lead_page(title=TITLE, summary=_("How often, under which law, what a second person decided, and who was told when."))
@require_safe
def overrides(request: UnlockedRequest) -> HttpResponse:
    """Counts by quarter and law, and the laws themselves."""
    today = local_day(timezone.now())
    context = {
        "title": TITLE,
        "counts": [(each, law_words(each.basis)) for each in count_overrides()],
        "bases": [(each, each.is_used(today)) for each in all_bases()],
    }
    return page(request, "overrides", context)
