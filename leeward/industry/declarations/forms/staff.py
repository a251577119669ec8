"""What staff type about organisations on their way to a signature, and about those that have signed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, choose_from, day, line
from leeward.foundation.editing.values import MAIL_LENGTH
from leeward.foundation.web.words import choices_of
from leeward.industry.declarations.forms.organisations import KIND_CHOICES
from leeward.industry.declarations.rules.terms import (
    LINE_LENGTH,
    NAME_LENGTH,
    URL_LENGTH,
    AuthorityWay,
    LeavingKind,
    RefusalNews,
)


class VerifyForm(forms.Form):
    """How it was verified that these people may speak for the organisation."""

    how = choice(_("How was it verified?"), choices_of(AuthorityWay))
    words = line(
        _("What was seen or said"),
        most=LINE_LENGTH,
        missing=_("Say in one line what was seen or said"),
        help_text=_("In one line, such as “Called 01 23 45 from the register; the secretary confirmed”."),
    )


class ReasonForm(forms.Form):
    """Why something is refused or not accepted."""

    reason = line(
        _("Why"),
        most=LINE_LENGTH,
        missing=_("Enter a reason"),
        help_text=_("In one line. Whoever handed it in reads it."),
    )


class RefuseForm(forms.Form):
    """Why an organisation is refused, and whether it is told."""

    reason = line(
        _("Why"),
        most=LINE_LENGTH,
        missing=_("Enter a reason"),
        help_text=_("In one line, in the language in which it applied. Whoever applied reads it, if you write."),
    )
    news = choice(_("Who is told?"), choices_of(RefusalNews))


class SignForm(forms.Form):
    """A signature under the version in force."""

    signer_name = line(
        _("Name of the person who signed"),
        most=NAME_LENGTH,
        missing=_("Enter the name"),
        help_text=_("This is published, like the signature itself."),
    )
    signer_title = line(_("Title of that person"), most=LINE_LENGTH, missing=_("Enter the title"))
    signed_on = day(_("Signed on"), required=True)


class LeaveForm(forms.Form):
    """An organisation leaves the list."""

    kind = choice(_("What happened?"), choices_of(LeavingKind))
    reason = line(
        _("Why"), most=LINE_LENGTH, missing=_("Enter a reason"), help_text=_("In one line. This is published.")
    )
    left_on = day(_("From which day on"), required=True)


class DescribeForm(forms.Form):
    """The nominated person, the site, and which platform it is."""

    kind = choice(_("Kind"), KIND_CHOICES)
    platform = forms.ChoiceField(label=_("Which of our platforms it is"), required=False)
    website = line(_("Website"), most=URL_LENGTH, missing=_("Enter an address that begins with https://"))
    title = line(_("Role of the nominated person (published)"), most=LINE_LENGTH, missing=_("Enter the role"))
    contact = line(_("Contact of the role (published)"), most=LINE_LENGTH, missing=_("Enter a contact of the role"))
    person = line(_("Name of the person (for us alone)"), most=NAME_LENGTH, missing=_("Enter the person’s name"))
    email = line(
        _("E-mail address of the person (for us alone)"),
        most=MAIL_LENGTH,
        missing=_("Enter an e-mail address, such as name@example.com"),
        help_text=_("Another address ends the link that was sent to the one before."),
    )

    def __init__(self, *args: Any, platforms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "platform", [("", _("None of them")), *platforms])
