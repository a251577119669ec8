"""What is entered about tactics and alerts. Words that may name somebody are marked, and a person decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import OnceForm, box, choice, languages, line, select, text
from leeward.foundation.editing.values import LINE_LENGTH, MAIL_LENGTH
from leeward.foundation.web.words import choices_of, language
from leeward.victim.network.models import LONGEST_ANSWER, NAME_LENGTH
from leeward.victim.network.rules.tactics import LONGEST_WORDS, AnswerKind, marks

NAMES_NOBODY = _("One or two sentences: no name, place, sum, address or quotation, and nothing about one person.")


class MarkedForm(forms.Form):
    """A form with words that go to many: what in them may name somebody is marked, and a person decides."""

    looked = box(_("I have looked at what is marked: it names nobody, no place and no sum"))

    def look_at(self, *fields: str) -> None:
        """Ask a person to look where something in these fields is marked and nobody has said that they looked."""
        for name in fields:
            found = marks(self.cleaned_data.get(name) or "")
            if found and not self.cleaned_data.get("looked"):
                said = gettext("Look at this again, and change it or tick the box below: %(marks)s")
                self.add_error(name, said % {"marks": " · ".join(found)})


class WordingForm(MarkedForm):
    """What is done and what helps now, in each language of the pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in languages():
            name = get_language_info(code)["name_local"]
            for field, label in (("words", gettext("What is done")), ("helps", gettext("What helps now"))):
                missing = gettext("Fill this in") if code == settings.LANGUAGE_CODE else ""
                self.fields[f"{field}_{code}"] = text(
                    f"{label} ({name})", rows=3, most=LONGEST_WORDS, missing=missing, help_text=NAMES_NOBODY, lang=code
                )
        self.order_fields([*(name for name in self.fields if name != "looked"), "looked"])

    def clean(self) -> None:
        """What may name somebody is looked at."""
        super().clean()
        self.look_at(*(name for name in self.fields if name != "looked"))

    def texts(self, field: str) -> dict[str, str]:
        """What was typed, by language, as one line."""
        return {code: " ".join(self.cleaned_data[f"{field}_{code}"].split()) for code in languages()}


class AlertSigningForm(forms.Form):
    """That a second person has read the words; `sha256` is of those that the page showed."""

    read = box(_("I have read every word: it names nobody, and nobody can be found by it"))
    sha256 = forms.CharField(widget=forms.HiddenInput)

    def clean_read(self) -> bool:
        """Nothing leaves unread."""
        if not self.cleaned_data["read"]:
            raise forms.ValidationError(gettext("Read it first, then tick this"))
        return True


class AlertDiscardForm(forms.Form):
    """Why an alert does not leave."""

    why = line(_("Why is it not sent?"), missing=_("Say why"), most=LINE_LENGTH)


class AlertAnswerForm(forms.Form):
    """What the government's contact says."""

    kind = choice(_("What do you say to it?"), choices_of(AnswerKind))
    words = line(
        _("In a sentence"),
        most=LONGEST_ANSWER,
        help_text=_("What you do, or why it is not yours. It is kept with its day, and stands in the public bulletin."),
    )

    def clean(self) -> None:
        """Whose it is not says why."""
        super().clean()
        given = self.cleaned_data
        if given.get("kind") == AnswerKind.NOT_OURS and not (given.get("words") or "").strip():
            self.add_error("words", gettext("Say why it is not yours"))


class WarningPlanForm(forms.Form):
    """When warnings leave, and who of the government gets them."""

    office = line(
        _("Office of the government"),
        most=NAME_LENGTH,
        help_text=_("An office, never a person’s name. Empty: nobody is asked."),
    )
    mailbox = line(
        _("Its mailbox"),
        most=MAIL_LENGTH,
        help_text=_("It is kept sealed, and no page shows it. Leave it empty to keep what there is."),
        type="email",
        autocomplete="off",
        spellcheck="false",
        dir="ltr",
    )
    language = select(_("In which language it is written"), required=True)
    first = forms.TimeField(label=_("First time"), help_text=_("On the nation’s clock, such as 10:00."))
    second = forms.TimeField(label=_("Second time"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
        field.choices = [(code, language(code)) for code in languages()]
        for name in ("first", "second"):
            wrong = gettext("Enter a time such as 10:00")
            self.fields[name].widget = forms.TimeInput(format="%H:%M")
            self.fields[name].error_messages |= {"required": wrong, "invalid": wrong}


class GapForm(MarkedForm, OnceForm):
    """What people meet and the law does not reach."""

    words = text(
        _("What happens to people that the law does not cover?"),
        rows=3,
        most=LONGEST_WORDS,
        missing=_("Write it first"),
        help_text=NAMES_NOBODY,
    )
    field_order: Sequence[str] = ("once", "words", "looked")

    def clean(self) -> None:
        """What may name somebody is looked at."""
        super().clean()
        self.look_at("words")
