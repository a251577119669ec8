"""What the keepers of agreements are written: that one of them ends, and nothing of what it is about."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from leeward.foundation.days import write_day


@dataclass(frozen=True, kw_only=True)
class MailWords:
    """A whole mail."""

    subject: str
    text: str


def expiry_mail(*, expires_on: date, today: date, address: str, language: str) -> MailWords:
    """The mail that says that an agreement ends. It names neither the parties nor the matter."""
    with override(language):
        day = write_day(expires_on)
        nation = settings.LEEWARD_NATION
        if expires_on < today:
            first = _("An agreement in %(nation)s that you look after ended on %(day)s.")
        elif expires_on == today:
            first = _("An agreement in %(nation)s that you look after has its last day: %(day)s.")
        else:
            first = _("An agreement in %(nation)s that you look after ends on %(day)s.")
        paragraphs = (
            _("Hello,"),
            first % {"nation": nation, "day": day},
            _("Please settle with the other parties whether it is to be renewed. Staff see here which one it is:"),
            address,
            _("You do not need to answer this mail."),
        )
        return MailWords(subject=_("An agreement that you look after"), text="\n\n".join(paragraphs) + "\n")
