"""What a worker says of themselves: languages, trained wishes, how many cases they take at once."""

from dataclasses import asdict

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.victim.helpline.forms.desk import ProfileForm
from leeward.victim.helpline.operations.allocation import save_profile
from leeward.victim.helpline.queries.allocation import profile_of
from leeward.victim.helpline.views.desk.frame import helpline_page

TITLE = _("About me")


@helpline_page(title=TITLE, summary=_("Your languages, what you are trained for, and how many cases you take at once."))
@takes_form
def profile(request: UnlockedRequest) -> HttpResponse:
    """One's own, to read and change."""
    told = profile_of(actor_of(request).id, keyring=request.keyring)
    form = ProfileForm(typed(request), initial=asdict(told))
    asking = Asking(
        form=form,
        title=TITLE,
        back=reverse("helpline:desk-home"),
        back_text=_("Helpline"),
        save=lambda by, now: save_profile(form.profile, by=by, now=now),
        lead=_("This decides which cases you are offered first. You can still open every case."),
    )
    return ask(request, asking)
