"""The working name with which somebody at the desk signs what leaves the house."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.operations import choose_working_name
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.victim.removals.forms.desk import WorkingNameForm
from leeward.victim.removals.views.desk.frame import desk_page


@desk_page()
@takes_form
def choose_name(request: UnlockedRequest) -> HttpResponse:
    """Choose it, or take it back: then the desk signs by its own name alone."""
    user = staff_of(request)
    form = WorkingNameForm(typed(request), initial={"working_name": user.working_name})

    def save(_by: Actor, now: datetime) -> None:
        choose_working_name(user=user, name=form.cleaned_data["working_name"], now=now)

    asking = Asking(
        form=form,
        title=_("Your working name"),
        back=reverse("removals:desk-home"),
        back_text=_("Removal desk"),
        save=save,
        lead=_(
            "Notices and letters are signed with it. Sites can be hostile: do not choose the name of your account, "
            "nor one by which you can be found. Without one, the desk signs by its own name."
        ),
    )
    return ask(request, asking)
