"""What staff type to sign in, to enrol, to unlock and to name their passkeys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.errors import RecoveryCodeMistyped
from leeward.foundation.accounts.rules import PASSKEY_NAME_LIMIT, read_recovery_code

PASSPHRASE_LENGTH_LIMIT = 200
RECOVERY_LENGTH_LIMIT = 60
MISTYPED = _("This is not a whole recovery code. Compare it with your print-out: seven groups of four.")


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


class ProofForm(forms.Form):
    """The passphrase, once more, of somebody who is signed in."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your passphrase")},
    )


class EnrolmentForm(forms.Form):
    """A new passphrase, twice, and an earlier secret of whoever enrols again and still has one."""

    passphrase = forms.CharField(
        label=_("New passphrase"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        strip=False,
        help_text=_("The six words above, or your own: at least 14 characters."),
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
    earlier_secret = forms.CharField(
        label=_("Your earlier passphrase or recovery code, if you have one"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        required=False,
        strip=False,
        help_text=_("With it you keep your key. Without it a colleague must let you into your team again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, has_key: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_key:
            del self.fields["earlier_secret"]

    def clean(self) -> None:
        """Both must be the same."""
        super().clean()
        cleaned = self.cleaned_data
        if {"passphrase", "again"} <= cleaned.keys() and cleaned["passphrase"] != cleaned["again"]:
            self.add_error("again", _("The two passphrases differ. Enter the same one twice."))


class UnlockForm(forms.Form):
    """The passphrase, or else the printed code."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=PASSPHRASE_LENGTH_LIMIT,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    recovery_code = forms.CharField(
        label=_("Recovery code"),
        max_length=RECOVERY_LENGTH_LIMIT,
        required=False,
        help_text=_("Seven groups of four, from the page that you printed."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_recovery_code(self) -> str:
        """A slip of the finger costs no try."""
        return _read(self.cleaned_data["recovery_code"])

    def clean(self) -> None:
        """One of the two."""
        super().clean()
        cleaned = self.cleaned_data
        if not self.errors and not cleaned["passphrase"] and not cleaned["recovery_code"]:
            self.add_error("passphrase", _("Enter your passphrase, or your recovery code below"))


class PasskeyNameForm(forms.Form):
    """The owner's name for a passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=PASSKEY_NAME_LIMIT,
        help_text=_("So that you know later which one it is: \u201cblue key\u201d, \u201cwork telephone\u201d."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name for the passkey")},
    )


class NewPasskeyForm(PasskeyNameForm):
    """A new passkey: its name, and what it has answered, which the script writes."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


def _read(typed: str) -> str:
    if not typed:
        return ""
    try:
        return read_recovery_code(typed)
    except RecoveryCodeMistyped as error:
        raise forms.ValidationError(MISTYPED) from error
