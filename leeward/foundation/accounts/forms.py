"""What staff type to sign in and to choose a passphrase."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PASSPHRASE_LENGTH_LIMIT = 200


class SignInForm(forms.Form):
    """A staff name and a passphrase; paste and password managers are welcome."""

    username = forms.CharField(
        label=_("Staff name"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter your staff name")},
    )
    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your passphrase")},
    )

    def clean_username(self) -> str:
        """Names are small letters; telephones like to start with a capital."""
        username: str = self.cleaned_data["username"]
        return username.lower()


class EnrolmentForm(forms.Form):
    """A new passphrase, twice."""

    passphrase = forms.CharField(
        label=_("New passphrase"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        strip=False,
        help_text=_("At least 14 characters. Four or more words that do not belong together are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter a passphrase")},
    )
    again = forms.CharField(
        label=_("The same passphrase again"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter the passphrase again")},
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"passphrase", "again"} <= cleaned.keys() and cleaned["passphrase"] != cleaned["again"]:
            self.add_error("again", _("The two passphrases differ. Enter the same one twice."))
        return cleaned
