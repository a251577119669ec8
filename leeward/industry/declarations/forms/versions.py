"""What staff type into the draft of the next version: its text in each language, and its commitments."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import day, line, text
from leeward.industry.declarations.rules.terms import BODY_LENGTH, CODE_LENGTH, LINE_LENGTH, TEXT_LENGTH
from leeward.industry.declarations.rules.texts import (
    CODE,
    DAYS_MOST,
    LANGUAGE,
    LANGUAGE_LENGTH,
    MONTHS_MOST,
    Commitment,
    CommitmentWords,
    Wording,
)

NUMBER = {"required": _("Enter a whole number"), "invalid": _("Enter a whole number")}
WORDS = ("title", "promise", "evidence")


class WordingForm(forms.Form):
    """The declaration in one language."""

    title = line(_("Title"), most=LINE_LENGTH)
    lead = text(_("Introduction"), most=TEXT_LENGTH, rows=3)
    text = text(_("Text"), most=BODY_LENGTH, rows=14, help_text=_("Plain text; an empty line begins a new paragraph."))
    statement_within_days = forms.IntegerField(
        label=_("Days allowed for a public statement"),
        help_text=_("In all languages. 0 where none is asked for."),
        min_value=0,
        max_value=DAYS_MOST,
        error_messages=NUMBER,
    )

    def as_wording(self) -> Wording:
        """What was typed."""
        typed = self.cleaned_data
        lines = typed["text"].replace("\r\n", "\n")
        return Wording(title=typed["title"].strip(), lead=typed["lead"].strip(), text=lines.strip())


class CommitmentForm(forms.Form):
    """One commitment in these languages, which are given with their names."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Short and for good, such as named-lead: by it evidence counts under later versions too."),
        max_length=CODE_LENGTH,
        error_messages={"required": _("Enter a code")},
    )
    first_due_days = forms.IntegerField(
        label=_("Days from signing to the first evidence"),
        min_value=1,
        max_value=DAYS_MOST,
        error_messages=NUMBER,
    )
    every_months = forms.IntegerField(
        label=_("Months from one evidence to the next"),
        help_text=_("0 where it is shown once."),
        min_value=0,
        max_value=MONTHS_MOST,
        error_messages=NUMBER,
    )

    def __init__(self, *args: Any, languages: Mapping[str, str], code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if code:
            del self.fields["code"]
        self._code, self._languages = code, tuple(languages)
        for language, name in languages.items():
            self.fields[f"title_{language}"] = line(f"{name}: " + _("Name"), most=LINE_LENGTH)
            self.fields[f"promise_{language}"] = text(f"{name}: " + _("What is promised"), most=TEXT_LENGTH, rows=3)
            self.fields[f"evidence_{language}"] = text(f"{name}: " + _("Evidence"), most=TEXT_LENGTH, rows=3)

    def clean_code(self) -> str:
        """The code, if it can be one."""
        code: str = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Use small letters, digits and single hyphens, such as named-lead"))
        return code

    def as_commitment(self) -> Commitment:
        """What was typed; a language in which nothing was typed is left out."""
        typed = self.cleaned_data
        words = {
            language: CommitmentWords(**{name: typed[f"{name}_{language}"].strip() for name in WORDS})
            for language in self._languages
        }
        return Commitment(
            code=self._code or typed["code"],
            first_due_days=typed["first_due_days"],
            every_months=typed["every_months"],
            words={language: each for language, each in words.items() if each != CommitmentWords()},
        )


class LanguageForm(forms.Form):
    """A language in which the declaration is written too, though the pages do not speak it."""

    language = forms.CharField(
        label=_("Add another language"),
        help_text=_("Its code, such as fr for French or pt-BR for the Portuguese of Brazil."),
        max_length=LANGUAGE_LENGTH,
        error_messages={"required": _("Enter the code of a language")},
    )

    def clean_language(self) -> str:
        """The code, if it can be one."""
        code: str = self.cleaned_data["language"].strip()
        if not LANGUAGE.fullmatch(code):
            raise forms.ValidationError(_("Enter a code such as fr or pt-BR"))
        return code


class PublishForm(forms.Form):
    """Publishes the draft."""

    renew_by = day(
        _("Renewal deadline for signatories of earlier versions"),
        required=False,
        help_text=_("Such as 2027-06-30. Who has not signed this version by then lapses. Empty: nobody has to renew."),
    )
