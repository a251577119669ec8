"""What an organisation tells us: that it wishes to sign, and what it has to show."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, choose_from, day, line, text
from leeward.foundation.editing.values import MAIL_LENGTH
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of
from leeward.industry.declarations.rules.entries import Application, NewEvidence, NewStatement, Nominee
from leeward.industry.declarations.rules.terms import (
    LINE_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
    EvidenceKind,
    OrganisationKind,
)

KIND_CHOICES = choices_of(OrganisationKind)
EVIDENCE_KINDS = [
    (EvidenceKind.LINK.value, _("A page or file on the web")),
    (EvidenceKind.FILE_HASH.value, _("A file that we have shown you")),
]


class ApplicationForm(forms.Form):
    """An organisation wishes to sign."""

    name = line(_("Name of the organisation"), most=NAME_LENGTH, missing=_("Enter the organisation’s name"))
    kind = choice(_("What kind of organisation is it?"), KIND_CHOICES)
    website = line(
        _("Its website"),
        most=URL_LENGTH,
        missing=_("Enter an address that begins with https://"),
        help_text=_("Begins with https://."),
        spellcheck="false",
    )
    title = line(
        _("Role of the person nominated for the declaration"),
        most=LINE_LENGTH,
        missing=_("Enter the role"),
        help_text=_("Such as “Head of trust and safety”. This is published."),
    )
    contact = line(
        _("How the public reaches that role"),
        most=LINE_LENGTH,
        missing=_("Enter a contact of the role"),
        help_text=_("A mailbox, page or number of the role, not of the person. This is published."),
        spellcheck="false",
    )
    person = line(
        _("Name of that person"),
        most=NAME_LENGTH,
        missing=_("Enter the person’s name"),
        help_text=_("For us alone. Never published."),
    )
    email = line(
        _("Their e-mail address"),
        most=MAIL_LENGTH,
        missing=_("Enter an e-mail address, such as name@example.com"),
        help_text=_("For us alone. We verify by another way that you may speak for the organisation."),
        spellcheck="false",
    )
    message = text(_("What we should know"), rows=5, most=TEXT_LENGTH, help_text=_("You may leave this empty."))

    def as_application(self, *, language: str) -> Application:
        """What was typed, before the rules have looked at it."""
        return read_values(Application, self.cleaned_data, nominee=nominee_of(self.cleaned_data), language=language)


class EvidenceForm(forms.Form):
    """Evidence for one commitment."""

    code = forms.ChoiceField(label=_("For which commitment?"), error_messages={"required": _("Choose one")})
    words = line(
        _("What it shows"),
        most=LINE_LENGTH,
        missing=_("Say in one line what it shows"),
        help_text=_("In one line. This is published, without the name of anybody."),
    )
    kind = choice(_("What is it?"), EVIDENCE_KINDS)
    url = line(_("Its address"), most=URL_LENGTH, help_text=_("For something on the web: begins with https://."))
    file_name = line(
        _("Name of the file"), most=LINE_LENGTH, help_text=_("For a file. We keep no file, only its name and SHA-256.")
    )
    sha256 = line(_("SHA-256 of the file"), most=80, help_text=_("For a file: 64 digits from 0 to f."))
    dated_on = day(_("Of which day is it?"), required=True)
    expires_on = day(_("Until when is it valid?"), required=False, help_text=_("Only if it ends, such as 2027-06-30."))

    def __init__(self, *args: Any, commitments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "code", commitments)

    def as_evidence(self) -> NewEvidence:
        """What was typed, before the rules have looked at it."""
        return read_values(NewEvidence, self.cleaned_data)


class StatementForm(forms.Form):
    """A published statement."""

    title = line(_("Title of the statement"), most=LINE_LENGTH, missing=_("Enter its title"))
    url = line(
        _("Where everybody can read it"),
        most=URL_LENGTH,
        missing=_("Enter an address that begins with https://"),
        help_text=_("Begins with https://. We look every week whether it can still be read."),
        spellcheck="false",
    )

    def as_statement(self) -> NewStatement:
        """What was typed, before the rules have looked at it."""
        return read_values(NewStatement, self.cleaned_data)


class OfferForm(forms.Form):
    """Somebody signs for the organisation, by its link."""

    signer_name = line(
        _("Your name"),
        most=NAME_LENGTH,
        missing=_("Enter the name"),
        help_text=_("Of whoever signs for the organisation. This is published, like the signature itself."),
    )
    signer_title = line(_("Your title"), most=LINE_LENGTH, missing=_("Enter the title"))
    may_sign = forms.BooleanField(
        label=_("I may sign for the organisation, and it takes on these commitments."),
        error_messages={"required": _("Say that you may sign for the organisation")},
    )


def nominee_of(typed: Mapping[str, Any]) -> Nominee:
    """The nominated person, as several forms ask for her."""
    return read_values(Nominee, typed, name=typed["person"])
