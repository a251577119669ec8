"""What is typed to find entries and to keep them fresh."""

from enum import StrEnum

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import line
from leeward.society.directory.forms.staff.fields import choice, day
from leeward.society.directory.rules.limits import EMAIL_LENGTH


class How(StrEnum):
    """How an entry was checked."""

    PHONE = "phone"
    SITE = "site"
    MAIL = "mail"
    VISIT = "visit"


HOWS = {
    How.PHONE: _("Somebody called them"),
    How.SITE: _("Somebody looked at their own pages"),
    How.MAIL: _("They wrote to us"),
    How.VISIT: _("Somebody was there"),
}


class SearchForm(forms.Form):
    """A part of a name."""

    q = line(_("Name of a service or organisation"))


class StaleForm(forms.Form):
    """Which entries to list."""

    q = line(_("Name"))
    owner = choice(_("Owner"), [("", _("With or without")), ("yes", _("With an owner")), ("no", _("Without an owner"))])


class CheckForm(forms.Form):
    """That an entry was checked, how, and when."""

    use_required_attribute = False
    how = choice(
        _("How was it checked?"), list(HOWS.items()), missing=_("Choose how it was checked"), widget=forms.RadioSelect
    )
    on = day(_("On which day?"), help_text=_("Such as 2026-12-24. Empty means today."))
    assurer_email = line(
        _("Shared mailbox of who checked it"),
        most=EMAIL_LENGTH,
        help_text=_("The open standard publishes it. Leave it empty rather than name one person."),
        inputmode="email",
        spellcheck="false",
    )
