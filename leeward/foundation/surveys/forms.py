"""What officers type of questionnaires and waves, and what somebody says to one question."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import (
    TextsForm,
    Words,
    box,
    choice,
    choose_from,
    day,
    line,
    moment,
    select,
    several,
    text,
    whole_number,
)
from leeward.foundation.surveys.queries import questionnaire_rows
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import Kind, Question
from leeward.foundation.surveys.rules.waves import INVITED_MOST, Way, read_code
from leeward.foundation.web.words import choices_of, told

LONG = 20_000
MARGINS_HINT = _("One share a line, in per cent, such as: age.young = 32.5. Joined answers: age.young+middle = 60")


def _file(label: Words, help_text: Words) -> forms.FileField:
    missing = _("Choose a file")
    return forms.FileField(
        label=label,
        help_text=help_text,
        widget=forms.FileInput(),
        error_messages={"required": missing, "empty": _("This file is empty"), "invalid": missing},
    )


class QuestionnaireForm(forms.Form):
    """A questionnaire as a file: XLSForm or our own JSON."""

    code = line(
        _("Name in addresses"), missing=_("Enter a name"), help_text=_("Such as life. Small letters, digits, hyphens.")
    )
    file = _file(_("Questionnaire"), _("An XLSForm workbook (.xlsx), or JSON as docs/surveys.md describes it."))


class WaveForm(TextsForm):
    """A wave as it is drafted."""

    has_words = False
    code = line(_("Name in addresses"), missing=_("Enter a name"), help_text=_("Such as life-2026."))
    questionnaire = select(_("Questionnaire"), required=True)
    population = text(_("Whom it stands for, and how people are found"), missing=_("Say whom it stands for"), rows=3)
    way = choice(_("How answers come in"), choices_of(Way))
    drawn = choice(_("How people are drawn"), choices_of(Drawn))
    assumption = text(_("For a quota or panel: why its people may be taken as if drawn by chance"), rows=3)
    opens_at = moment(_("Opens"))
    closes_at = moment(_("Closes"))
    tables = text(
        _("Planned tables"),
        missing=_("Plan at least one table"),
        most=LONG,
        rows=6,
        help_text=_("One a line: a question, alone or by one or two groups. Such as: ever by age region"),
        dir="ltr",
    )
    codings = text(
        _("Answers that are counted together"),
        most=LONG,
        help_text=_(
            "One group a line, such as: age.young = under25 + under35. “_P” is who would rather not say. "
            "Of a number the least value: times.some = 1"
        ),
        dir="ltr",
    )
    margins = text(_("What is known of the population"), most=LONG, help_text=MARGINS_HINT, dir="ltr")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = [
            (str(each.pk), f"{each.code} {each.version}: {told(each.data['title'])}") for each in questionnaire_rows()
        ]
        choose_from(self, "questionnaire", versions)
        for name in ("opens_at", "closes_at"):
            self.fields[name].required = True


class PermitForm(forms.Form):
    """Who allows a wave."""

    body = line(
        _("Ethics body"),
        missing=_("Enter the body, or who exempted the survey and why"),
        help_text=_("Or who exempted it, and why."),
    )
    reference = line(_("Their reference"), missing=_("Enter the reference"))
    until = day(
        _("Sealed answers may be kept until"),
        required=True,
        help_text=_("Year, month and day, such as 2026-11-24. Then they are erased; what was printed stays."),
    )
    looked = box(_("I have read the questionnaire and the plan"))


class MarginsForm(forms.Form):
    """What is known of the population."""

    margins = text(_("What is known of the population"), most=LONG, rows=10, help_text=MARGINS_HINT, dir="ltr")


class CodesForm(forms.Form):
    """How many codes to draw."""

    number = whole_number(
        _("How many codes"),
        least=1,
        most=INVITED_MOST,
        missing=_("Enter a number"),
        wrong=_("Enter a whole number"),
        help_text=_("They come once, as a file for whoever posts the letters. We keep none of them, and no address."),
    )


class FileForm(forms.Form):
    """A file of answers."""

    file = _file(
        _("File of answers"), _("CSV in UTF-8, at most 50,000 rows and 20 MB. It is taken in whole or not at all.")
    )


class AbandonForm(forms.Form):
    """Why a wave is given up."""

    why = line(_("Why"), missing=_("Say why"), most=1_000, help_text=_("Everybody can read it."))


class PlannerForm(forms.Form):
    """What is expected of a wave."""

    people = whole_number(
        _("People who will answer"),
        least=1,
        most=1_000_000,
        missing=_("Enter a number"),
        wrong=_("Enter a whole number"),
    )
    deff = forms.DecimalField(
        label=_("Design effect"),
        help_text=_("What weights and clusters cost: 1 for none, often 1.5 to 2."),
        min_value=1,
        max_value=20,
        initial="1.5",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a number from 1 to 20")
        ),
    )
    shares = text(
        _("Shares that you expect"),
        most=LONG,
        help_text=_("One a line, in per cent, such as: ever.yes = 20. What is left out is shared out evenly."),
        dir="ltr",
    )


class SaidForm(forms.Form):
    """One question of a survey, whose answer may be passed over with another button."""

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = [(each.code, told(each.label)) for each in question.answers]
        label, hint = told(question.label), told(question.hint) if question.hint else ""
        if question.kind is Kind.ONE:
            self.fields["said"] = choice(label, answers, help_text=hint)
        elif question.kind is Kind.MANY:
            self.fields["said"] = several(label, answers, help_text=hint or gettext("Choose all that fit, or none."))
        else:
            wrong = gettext("Enter a whole number from %(least)d to %(most)d") % vars(question)
            self.fields["said"] = whole_number(
                label, least=question.least, most=question.most, missing=wrong, wrong=wrong, help_text=hint
            )


class SendForm(forms.Form):
    """The last press, with the code of a letter where the wave asks for one. The code is looked up nowhere."""

    def __init__(self, *args: Any, wants_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if wants_code:
            self.fields["code"] = line(
                _("The code from your letter"),
                missing=_("Enter the code from your letter"),
                dir="ltr",
                autocomplete="off",
                autocapitalize="characters",
                spellcheck="false",
            )

    def clean_code(self) -> str:
        """The code as it is kept; a slip of the pen is found by its check symbol."""
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(gettext("Look at the code in your letter again: it has 13 signs"))
        return code
