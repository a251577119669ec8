"""How many of each member's people are trained: told by lines of CSV, kept whole or not at all."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.forms import LONGEST, LinesForm
from leeward.foundation.editing.pages import Asking, ask_lines, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.victim.network.operations.training import note_counts
from leeward.victim.network.queries.members import list_trained, members_to_name
from leeward.victim.network.rules.training import COLUMNS, Counted, read_counts
from leeward.victim.network.views.secretary.frame import secretary_page

TITLE = _("Trained")


@takes_file(most_bytes=LONGEST)
@secretary_page(title=TITLE, summary=_("How many of each member’s people have training in date."))
@takes_form
def training(request: HttpRequest) -> HttpResponse:
    """What is known, and lines to tell it anew."""
    today = local_day(timezone.now())
    here = dict(members_to_name())
    members = {key: reference for reference, name in here.items() for key in (name, str(reference))}
    form = LinesForm(
        typed(request),
        request.FILES or None,
        columns=COLUMNS,
        read=lambda text: read_counts(text, members, today=today),
    )

    def save(by: Actor, now: datetime) -> None:
        note_counts(form.found, by=by, now=now)

    def tell(found: Sequence[Counted]) -> list[str]:
        words = gettext("%(name)s, %(requirement)s: %(in_date)d of %(people)d")
        return [words % (vars(each) | {"name": here[each.member]}) for each in found]

    asking = Asking(
        form=form,
        title=TITLE,
        back=reverse("network:members"),
        back_text=_("Members of the network"),
        save=save,
        then=reverse("network:trained"),
        lead=_(
            "One line for each member and training: the member’s name or id, a code of the training, how many people "
            "have it in date, how many work there with people, and the day of the count. All lines are kept, or none. "
            "An older count changes nothing."
        ),
        about=list_trained(),
    )
    return ask_lines(request, asking, tell=tell, template="network/secretary/trained.jinja")
