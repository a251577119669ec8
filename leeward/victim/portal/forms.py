"""Forms of the portal. Every question says why it is asked; most can be skipped."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.vault.errors import CodeMistyped, MistypedReason
from leeward.foundation.vault.rules.codes import CODE_DIGITS, GROUP_DIGITS, Code, read_code
from leeward.industry.bank.rules import NewPicture
from leeward.victim.portal.errors import NothingToSend, OlderHasher, PayloadRefused
from leeward.victim.portal.rules.gate import AgeAnswer
from leeward.victim.portal.rules.payload import LONGEST_TEXT, read_pasted

CHOOSE_ONE = _("Choose one answer.")
# However it is spaced, a code is shorter.
LONGEST_NUMBERS = 400
# What a page carries, sealed; with everything that somebody may have answered before she keeps a code.
LONGEST_TOKEN = 5_000


class AgeForm(forms.Form):
    """Was everybody 18 or over?"""

    everyone_adult = forms.ChoiceField(
        label=_("Was everyone in the picture 18 or over when it was taken?"),
        help_text=_(
            "We ask because pictures of anyone under 18 have their own, stronger way. We do not keep the answer."
        ),
        choices=[
            (AgeAnswer.ALL_ADULT, _("Yes, everyone was 18 or over")),
            (AgeAnswer.NOT_ALL_ADULT, _("No, someone was under 18")),
            (AgeAnswer.NOT_SURE, _("I am not sure")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )


class OwnAgeForm(AgeForm):
    """Is whoever asks for themselves 18 or over, and was everybody in the pictures?"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["everyone_adult"]
        asked.label = _("Are you 18 or over? And everyone in the pictures too?")
        asked.help_text = _(
            "For pictures, the age when they were taken counts. No pictures? Then answer for yourself. We ask because "
            "anyone under 18 has their own, stronger way."
        )
        asked.choices = [  # type: ignore[attr-defined]  # it is a choice field
            (AgeAnswer.ALL_ADULT, _("Yes, 18 or over")),
            (AgeAnswer.NOT_ALL_ADULT, _("No, someone is or was under 18")),
            (AgeAnswer.NOT_SURE, _("I am not sure")),
        ]


class CodeForm(forms.Form):
    """The access code, in one box, however it is spaced."""

    numbers = forms.CharField(
        label=_("Type your code"),
        help_text=_("24 numbers, in six groups of four. Type them with or without spaces."),
        max_length=LONGEST_NUMBERS,
        strip=True,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "spellcheck": "false",
                "autocapitalize": "off",
                "dir": "ltr",
                "data-leeward-groups": GROUP_DIGITS,
            }
        ),
        error_messages={
            "required": _("Type your code: 24 numbers."),
            "max_length": _("That is too long. There are 24 numbers in all."),
        },
    )

    def clean_numbers(self) -> Code:
        """The code, or words that name the group to look at. No try is spent on a typing slip."""
        try:
            return read_code(self.cleaned_data["numbers"])
        except CodeMistyped as slip:
            raise forms.ValidationError(describe_slip(slip)) from slip


class AgainForm(CodeForm):
    """Her code once more, beside what must be hers alone to decide."""

    # Whether the code was another one, or had to rest; a slip of the finger is neither.
    was_refused = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = self.fields["numbers"]
        numbers.label = _("Type your code again")
        numbers.help_text = format_lazy(
            "{} {}", _("We ask so that nobody else who holds your phone can do this."), numbers.help_text
        )


class PasteForm(forms.Form):
    """Fingerprints that were made elsewhere, as text."""

    codes = forms.CharField(
        label=_("Paste the text here"),
        help_text=_("The whole text from the offline page, or one fingerprint on each line."),
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "dir": "ltr"}),
        error_messages={
            "required": _("Paste the text that the offline page made."),
            "max_length": _("That is too much text at once. Send fewer pictures at a time."),
            "null_characters_not_allowed": _("There are signs in the text that do not belong there. Copy it again."),
        },
    )

    def clean_codes(self) -> str:
        """The text as pasted; `pictures` holds what was read from it."""
        text: str = self.cleaned_data["codes"]
        self.pictures = _read_pasted(text)
        return text

    pictures: tuple[NewPicture, ...] = ()


class PasteSendForm(PasteForm):
    """The last step of the paste path: the same text again, hidden, with the token and the two ticks."""

    codes = forms.CharField(strip=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)
    token = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=_("Yes, send the fingerprints to the platforms that take part"),
        error_messages={"required": _("Tick the box if you want to send. Without it we send nothing.")},
    )


class PasteSendWithCodeForm(PasteSendForm):
    """The same where a new code goes with it."""

    kept = forms.BooleanField(
        label=_("I have kept my code"),
        error_messages={"required": _("Keep the code first, then tick the box. Nobody can give it to you again.")},
    )


class KeptForm(forms.Form):
    """A new code was kept."""

    token = forms.CharField(max_length=LONGEST_TOKEN, widget=forms.HiddenInput)
    kept = forms.BooleanField(
        label=_("I have kept the new code"),
        error_messages={"required": _("Keep the code first, then tick the box. Nobody can give it to you again.")},
    )


class FirstCodeForm(KeptForm):
    """A first code was kept."""

    kept = forms.BooleanField(
        label=_("I have kept my code"),
        error_messages={"required": _("Keep the code first, then tick the box. Nobody can give it to you again.")},
    )


class NewCodeForm(KeptForm, AgainForm):
    """The same where the old code must be typed first."""

    field_order = ("token", "kept", "numbers")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].label = _("Type your old code")


class SpareCodeForm(KeptForm, AgainForm):
    """The same for a spare code, beside the one that she has."""

    kept = forms.BooleanField(
        label=_("I have kept the spare code in another place"),
        error_messages={"required": _("Keep the code first, then tick the box. Nobody can give it to you again.")},
    )
    field_order = ("token", "kept", "numbers")


class TokenForm(forms.Form):
    """A page's token alone."""

    token = forms.CharField(max_length=LONGEST_TOKEN)


def describe_slip(slip: CodeMistyped) -> str:
    """Say which group of the code to check."""
    groups = slip.groups
    if slip.reason is MistypedReason.WRONG_GROUP:
        return gettext("Look at group %(group)d: a number there is not as on your copy.") % {"group": groups[0]}
    if slip.reason is MistypedReason.SWAPPED_GROUPS:
        return gettext(
            "Look at the last number of group %(left)d and the first of group %(right)d: they may have changed places."
        ) % {"left": groups[0], "right": groups[1]}
    if slip.reason is MistypedReason.STRANGE_CHARACTER:
        if groups:
            return gettext("There is a letter or sign in group %(group)d. Use numbers only.") % {"group": groups[0]}
        return gettext("There is a letter or sign after the last group. Use numbers only.")
    if slip.reason is MistypedReason.SEVERAL_MISTAKES:
        return gettext("More than one number is not as on your copy. Compare all six groups.")
    if slip.reason is MistypedReason.EMPTY:
        return gettext("Type your code: 24 numbers.")
    return _describe_count(slip)


def _describe_count(slip: CodeMistyped) -> str:
    first = ngettext(
        "You typed %(count)d number. There are %(all)d in all.",
        "You typed %(count)d numbers. There are %(all)d in all.",
        slip.digits,
    ) % {"count": slip.digits, "all": CODE_DIGITS}
    if not slip.groups:
        return first
    where = gettext("Look at group %(groups)s: each group has four.") % {
        "groups": ", ".join(str(group) for group in slip.groups)
    }
    return f"{first} {where}"


def _read_pasted(text: str) -> tuple[NewPicture, ...]:
    try:
        return read_pasted(text)
    except NothingToSend as error:
        raise forms.ValidationError(
            gettext("There is no fingerprint in the text. Copy all of it and paste again.")
        ) from error
    except OlderHasher as error:
        raise forms.ValidationError(
            gettext(
                "This text comes from an older offline page. Get the page again and choose your video there. "
                "Nothing is lost: your text is still here."
            )
        ) from error
    except PayloadRefused as error:
        message: Any = format_lazy("{} {}", gettext("We could not read the text."), error.what)
        raise forms.ValidationError(message) from error
