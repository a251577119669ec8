"""The answer to a question, as a form that needs no script."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, select, several
from leeward.foundation.lessons.rules.lesson import Lesson, Page, QuestionKind
from leeward.foundation.lessons.rules.playing import shown_options
from leeward.foundation.web.words import told


class AnswerForm(forms.Form):
    """One choice, several, or a place for each option."""

    def __init__(self, data: Any, *, lesson: Lesson, page: Page) -> None:
        super().__init__(data)
        assert page.question is not None  # noqa: S101  # a page without one has no form
        self.question, self.options = page.question, shown_options(lesson, page)
        words = told(page.question.words)
        choices = [(option.id, told(option.words)) for option in self.options]
        if page.question.kind is QuestionKind.ONE:
            self.fields["answer"] = choice(words, choices)
        elif page.question.kind is QuestionKind.MANY:
            self.fields["answer"] = several(words, choices, help_text=_("Choose all that are right."))
        else:
            places = [("", "–"), *((str(number), str(number)) for number in range(1, len(choices) + 1))]
            for id_, label in choices:
                self.fields[f"place_{id_}"] = select(label, places, required=True)

    def clean(self) -> None:
        """Each place once, and something chosen."""
        super().clean()
        typed = self.cleaned_data
        if self.question.kind is QuestionKind.MANY and not typed.get("answer"):
            self.add_error("answer", _("Choose at least one answer"))
        if self.question.kind is QuestionKind.ORDER and not self.errors and len(set(typed.values())) < len(typed):
            self.add_error(None, _("Give each number once"))

    @property
    def given(self) -> list[str]:
        """The ids that were chosen, or all of them in the order that was typed."""
        typed = self.cleaned_data
        if self.question.kind is QuestionKind.ORDER:
            return sorted((option.id for option in self.options), key=lambda each: int(typed[f"place_{each}"]))
        return typed["answer"] if isinstance(typed["answer"], list) else [typed["answer"]]
