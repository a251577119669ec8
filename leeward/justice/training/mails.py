"""What the notifier writes to learners: that training falls due, or the link that they asked for. It names nobody."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from leeward.foundation.days import write_day


@dataclass(frozen=True, kw_only=True)
class MailWords:
    """A whole mail."""

    subject: str
    text: str


def link_mail(*, address: str, until: date, due_on: date | None, language: str) -> MailWords:
    """The mail with a link, in this language; with `due_on` it reminds of a day."""
    with override(language):
        why = _("Here are your courses, as you asked.")
        if due_on is not None:
            why = _("Your work requires a course. Due day: %(day)s.") % {"day": write_day(due_on)}
        paragraphs = (
            _("Hello,"),
            why,
            address,
            _(
                "You do not need an account. The link works until %(day)s. Anybody who has it can take a course in "
                "your name, so keep it to yourself."
            )
            % {"day": write_day(until)},
            _("You do not need to answer this mail."),
        )
        return MailWords(subject=_("Your training"), text="\n\n".join(paragraphs) + "\n")
