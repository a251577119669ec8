"""Whether volunteers may help her: kept out before any of them has a key, or let in again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.helpline.operations.circle import KEPT_OUT, LET_IN
from leeward.victim.helpline.operations.keeping_out import keep_volunteers_out, let_volunteers_help
from leeward.victim.helpline.views.person.hers import Hers, show, with_case
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.views.confirming import with_code


@takes_form
@with_case
def shift(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Say what it means, ask for her code, and turn it round."""
    circle, may = reverse("file:circle"), hers.view.may_be_lent
    form = AgainForm(typed(request))

    def page() -> HttpResponse:
        title, yes = (
            (_("Keep volunteers out"), _("Yes, keep them out"))
            if may
            else (_("Let volunteers help again"), _("Yes, let them help"))
        )
        context = {"title": title, "yes": yes, "ends": KEPT_OUT if may else LET_IN}
        return show(request, "shift", context, form=form, back=circle)

    def act() -> HttpResponse:
        turn = keep_volunteers_out if may else let_volunteers_help
        turn(opened=hers.case, by=hers.by, now=hers.now)
        return HttpResponseRedirect(circle, status=303)

    return with_code(request, hers.visit, form, show=page, act=act)
