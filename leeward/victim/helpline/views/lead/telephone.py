"""How many calls came, hour by hour, from a telephone system's own file. No call, number or voice comes to us."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.days import nation_zone, write_moment
from leeward.foundation.editing.forms import LONGEST, LinesForm
from leeward.foundation.editing.pages import Asking, ask_lines, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.victim.helpline.operations.telephone import keep_calls
from leeward.victim.helpline.queries.telephone import months_of_calls
from leeward.victim.helpline.rules.telephone import COLUMNS, HourOfCalls, read_calls
from leeward.victim.helpline.views.lead.frame import lead_page

TITLE = _("Telephone")


@takes_file(most_bytes=LONGEST)
@lead_page(title=TITLE, summary=_("How many calls came and were answered, by the hour."))
@takes_form
def telephone(request: UnlockedRequest) -> HttpResponse:
    """What is known by month, and lines to tell it anew."""
    form = LinesForm(
        typed(request),
        request.FILES or None,
        columns=COLUMNS,
        read=lambda text: read_calls(text, zone=nation_zone(), now=timezone.now()),
    )
    asking = Asking(
        form=form,
        title=TITLE,
        back=reverse("helpline:lead-complaints"),
        back_text=_("What went wrong"),
        save=lambda by, now: keep_calls(form.found, by=by, now=now),
        then=reverse("helpline:lead-telephone"),
        lead=_(
            "One line for each hour and telephone line: the hour on the nation’s clock, a code of the line, how many "
            "calls came in, were answered and were given up by the caller, and the seconds within which half were "
            "answered. An hour that is known is told anew. Never enter a caller’s number."
        ),
        about=[(date_format(each.month, "F Y"), each) for each in months_of_calls()],
    )
    return ask_lines(request, asking, tell=_tell, template="helpline/lead/telephone.jinja")


def _tell(found: Sequence[HourOfCalls]) -> list[str]:
    number, hours = len(found), [each.hour for each in found]
    said = {
        "number": number,
        "since": write_moment(min(hours)),
        "until": write_moment(max(hours)),
        "offered": sum(each.offered for each in found),
        "answered": sum(each.answered for each in found),
        "abandoned": sum(each.abandoned for each in found),
    }
    span = ngettext("%(number)d hour: %(since)s", "%(number)d hours, from %(since)s to %(until)s", number) % said
    return [span, gettext("Calls offered: %(offered)d, answered: %(answered)d, abandoned: %(abandoned)d") % said]
