"""How many of each member's people are trained: told by lines of CSV, kept whole or not at all."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.victim.network.forms.secretary import TrainedForm
from leeward.victim.network.operations.members import note_counts
from leeward.victim.network.queries.members import list_members, list_trained
from leeward.victim.network.rules.members import MemberState
from leeward.victim.network.views.secretary.frame import secretary_page

TITLE = _("Trained")


@secretary_page(title=TITLE, summary=_("How many of each member’s people have training in date."))
@takes_form
def training(request: HttpRequest) -> HttpResponse:
    """What is known, and lines to tell it anew."""
    here = [each for each in list_members() if each.state is not MemberState.LEFT]
    members = {key: each.public_id for each in here for key in (each.name, str(each.public_id))}
    form = TrainedForm(typed(request), members=members)

    def save(by: Actor, now: datetime) -> None:
        note_counts(form.cleaned_data["counts"], by=by, now=now)

    asking = Asking(
        form=form,
        title=TITLE,
        back=reverse("network:members"),
        back_text=_("Members of the network"),
        save=save,
        then=reverse("network:trained"),
        button=_("Keep these counts"),
        about=list_trained(),
    )
    return ask(request, asking, template="network/secretary/trained.jinja")
