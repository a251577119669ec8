"""What is typed to find entries and to keep them fresh."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import day, line
from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.forms.staff.fields import one_of
from leeward.society.directory.rules.checks import is_mail_address
from leeward.society.directory.rules.limits import EMAIL_LENGTH


class How(Labelled):
    """How an entry was checked."""

    PHONE = "phone", mark("Somebody called them")
    SITE = "site", mark("Somebody looked at their own pages")
    MAIL = "mail", mark("They wrote to us")
    VISIT = "visit", mark("Somebody was there")


class SearchForm(forms.Form):
    """A part of a name."""

    q = line(_("Name of an organisation"))


class CheckForm(forms.Form):
    """That an entry was checked, how, and when."""

    use_required_attribute = False
    how = one_of(_("How was it checked?"), How, missing=_("Choose how it was checked"))
    on = day(_("On which day?"), required=False, help_text=_("Such as 2026-12-24. Empty means today."))
    assurer_email = line(
        _("Shared mailbox of who checked it"),
        most=EMAIL_LENGTH,
        help_text=_("The open standard publishes it. Leave it empty rather than name one person."),
        inputmode="email",
        spellcheck="false",
    )

    def clean_on(self) -> date | None:
        """A day that has begun."""
        on: date | None = self.cleaned_data["on"]
        if on is not None and on > local_day(timezone.now()):
            raise forms.ValidationError(_("Enter a day that has begun: nobody has checked it in the future"))
        return on

    def clean_assurer_email(self) -> str:
        """One mail address, or none."""
        typed = str(self.cleaned_data["assurer_email"])
        if typed and not is_mail_address(typed):
            raise forms.ValidationError(_("Enter one e-mail address, such as team@example.org"))
        return typed
