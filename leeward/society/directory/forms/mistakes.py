"""What anybody may say is wrong with an entry. Nobody is asked who they are."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.web.words import choices_of
from leeward.society.directory.rules.freshness import MISTAKE_LENGTH, MistakeKind

# Signs that nobody sees, halves of signs, and those that turn round what stands after them on an editor's page.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class WordsField(forms.CharField):
    """Several lines of text, from which unseen signs are taken out."""

    def to_python(self, value: Any) -> str:
        """The text as it is kept."""
        return UNSEEN.sub("", str(value or "")).replace("\r\n", "\n").replace("\r", "\n").strip()

    def bound_data(self, data: Any, initial: Any) -> str:
        """What stands in the box again: the text as it would be kept."""
        del initial  # there is none
        return self.to_python(data)


class MistakeForm(forms.Form):
    """What is wrong, by a choice and in a few words."""

    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        choices=choices_of(MistakeKind),
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )
    words = WordsField(
        required=False,
        label=_("What should it say instead?"),
        help_text=_("If you know. Please write nothing about yourself: nobody can answer you here."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def clean_kind(self) -> MistakeKind:
        """The choice."""
        return MistakeKind(self.cleaned_data["kind"])

    def clean_words(self) -> str:
        """The words, if they are not too many."""
        words = str(self.cleaned_data["words"])
        if len(words) > MISTAKE_LENGTH:
            raise forms.ValidationError(
                _("This is too long. Use %(most)d characters or fewer; you have %(count)d."),
                params={"most": MISTAKE_LENGTH, "count": len(words)},
            )
        return words

    def clean(self) -> None:
        """Something else needs words."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("kind") is MistakeKind.OTHER and cleaned.get("words") == "":
            self.add_error("words", _("Say in a few words what is wrong."))
