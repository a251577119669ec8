"""Where a member is written that something waits for it: asked of the secretary, and of those who work there."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import Asking, ask, typed
from leeward.victim.network.forms.secretary import MailboxForm
from leeward.victim.network.operations.members import set_mailbox
from leeward.victim.network.queries.members import MemberLine
from leeward.victim.network.rules.members import Way


def ask_mailbox(request: HttpRequest, line: MemberLine, *, back: str, back_text: Words) -> HttpResponse:
    """The form, and what it does. No page shows a mailbox: the web could not open it."""

    def save(by: Actor, now: datetime) -> None:
        set_mailbox(member=line.public_id, mailbox=form.cleaned_data["mailbox"], by=by, now=now)

    form = MailboxForm(typed(request))
    kept = _("A mailbox is kept, sealed. Enter another one, or save it empty and nothing is written any more.")
    none = _("No mailbox is kept: nothing is written.")
    by_link = _(
        "A mailbox is kept, sealed. With another one all links end that were mailed before, and what is with this "
        "member by a link goes on to the next."
    )
    asking = Asking(
        form=form,
        title=_("Where to write"),
        back=back,
        back_text=back_text,
        save=save,
        lead=(by_link if line.way is Way.LINK else kept) if line.has_mailbox else none,
    )
    return ask(request, asking)
