"""The one mail to an authority: that its request has an answer. It says the same whatever that is, and names nobody."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leeward.foundation.references import write_reference


@dataclass(frozen=True, kw_only=True)
class MailWords:
    """A whole mail."""

    subject: str
    text: str


def answered_mail(*, number: str) -> MailWords:
    """The mail, in the nation's own language."""
    paragraphs = (
        _("Hello,"),
        _("Your request %(number)s has an answer. Open it with the link that you were given when you asked.")
        % {"number": write_reference(number)},
        _("Only the person named in the request may read it."),
        _("You do not need to answer this mail."),
    )
    return MailWords(subject=_("Your request has an answer"), text="\n\n".join(paragraphs) + "\n")
