"""What nominated persons are written: words that tell a bystander of commitments, and nothing of their matter."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from leeward.foundation.days import write_day


@dataclass(frozen=True, kw_only=True)
class MailWords:
    """A whole mail."""

    subject: str
    text: str


def reminder_mail(*, address: str, until: date, first_due_on: date, number: int, language: str) -> MailWords:
    """The mail that says that something falls due, in one language. What it is stands behind the link."""
    with override(language):
        due = ngettext(
            "One of your organisation’s commitments in %(nation)s falls due, or is overdue. Its day is %(day)s.",
            "%(number)s of your organisation’s commitments in %(nation)s fall due, or are overdue. "
            "The first day is %(day)s.",
            number,
        ) % {"nation": settings.LEEWARD_NATION, "number": number, "day": write_day(first_due_on)}
        subject = _("A commitment of your organisation falls due")
        return MailWords(subject=subject, text=_body(due, address=address, until=until))


def link_mail(*, address: str, until: date, language: str) -> MailWords:
    """The mail that brings a nominated person her link."""
    with override(language):
        why = _("You look after your organisation’s commitments in %(nation)s.") % {"nation": settings.LEEWARD_NATION}
        subject = _("Your organisation’s commitments")
        return MailWords(subject=subject, text=_body(why, address=address, until=until))


def signing_mail(*, address: str, until: date, language: str) -> MailWords:
    """The mail that brings a verified applicant the link by which her organisation signs."""
    with override(language):
        why = _("Your organisation applied to sign commitments in %(nation)s, and we have verified you.") % {
            "nation": settings.LEEWARD_NATION
        }
        what = _("Here you read them, and whoever may do so signs. You need no account.")
        subject = _("Your organisation can sign now")
        return MailWords(subject=subject, text=_body(why, what=what, address=address, until=until))


def refusal_mail(*, reason: str, language: str) -> MailWords:
    """The mail that says that an organisation was not put on the list, and why; in one language, without a link."""
    with override(language):
        paragraphs = (
            _("Hello,"),
            _(
                "You asked us to put your organisation on a list of organisations in %(nation)s that have signed "
                "commitments. We did not."
            )
            % {"nation": settings.LEEWARD_NATION},
            _("The reason: %(reason)s") % {"reason": reason},
            _(
                "You may ask again when this has changed. What you told us of a person is deleted after half a year. "
                "If it was not you who wrote to us, nothing more is to be done."
            ),
            _("You do not need to answer this mail."),
        )
        return MailWords(subject=_("Your organisation’s application"), text="\n\n".join(paragraphs) + "\n")


def _body(first: str, *, what: str = "", address: str, until: date) -> str:
    paragraphs = (
        _("Hello,"),
        first,
        what or _("Here you see what is due, and can hand it in. You need no account."),
        address,
        _(
            "The link works until %(until)s. Whoever has it can speak for your organisation, "
            "so please keep it to yourself."
        )
        % {"until": write_day(until)},
        _("You do not need to answer this mail."),
    )
    return "\n\n".join(paragraphs) + "\n"
