"""What officers type of questionnaires and waves, and what somebody says to one question."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.errors import FieldRefused, Mistake
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
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.queries import questionnaire_rows
from leeward.foundation.surveys.rules.planner import Guess
from leeward.foundation.surveys.rules.plans import OTHERS, PASSED, Plan
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import Kind, Part, Question, Questionnaire
from leeward.foundation.surveys.rules.waves import INVITED_MOST, Way, read_code
from leeward.foundation.surveys.rules.weights import JOIN, Margin
from leeward.foundation.web.words import choices_of, told

ALONE = ""
TOGETHER_MOST = 6


def _percent(label: Words, *, help_text: Words = "") -> forms.FloatField:
    wrong = _("Enter a number from 0 to 100")
    return forms.FloatField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


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
    file = _file(
        _("Questionnaire"), _("An XLSForm workbook (.xlsx), or JSON as the page of each questionnaire offers it.")
    )


class WaveForm(TextsForm):
    """A wave as it is drafted."""

    has_words = False
    code = line(_("Name in addresses"), missing=_("Enter a name"), help_text=_("Such as life-2026."))
    questionnaire = select(_("Questionnaire"), required=True)
    population = text(_("Population and sampling"), missing=_("Say whom it stands for"), rows=3)
    way = choice(_("How answers come in"), choices_of(Way))
    drawn = choice(_("How people are drawn"), choices_of(Drawn))
    assumption = text(_("For a quota or panel: why its people may be taken as if drawn by chance"), rows=3)
    opens_at = moment(_("Opens"))
    closes_at = moment(_("Closes"))

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


class TableForm(forms.Form):
    """One table of a plan."""

    question = select(
        _("What is shown"),
        required=True,
        help_text=_("A question about a number is here once its groups are set, under “Count answers together”."),
    )
    by = select(_("By"), help_text=_("Leave it empty to show everybody alone."))
    also = select(_("And by"))

    def __init__(self, questionnaire: Questionnaire, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [("", _("Nothing")), *_named(questionnaire, lambda each: each.part is not Part.OUTCOME)]
        choose_from(
            self,
            "question",
            _named(questionnaire, lambda each: each.kind is not Kind.NUMBER or each.name in plan.codings),
        )
        choose_from(self, "by", groups)
        choose_from(self, "also", groups)


def _named(questionnaire: Questionnaire, wanted: Callable[[Question], bool]) -> list[tuple[str, Words]]:
    return [(each.name, told(each.label)) for each in questionnaire.questions if wanted(each)]


class CodingForm(forms.Form):
    """Which answers to one question are counted together, or into which groups its numbers fall."""

    def __init__(self, question: Question, groups: Mapping[str, Sequence[str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        if question.kind is Kind.NUMBER:
            self.fields["groups"] = line(
                _("Each group begins at"),
                help_text=_("The lowest number of each group, with commas. 0, 1, 5 makes: 0, 1 to 4, 5 or more."),
                dir="ltr",
            )
            self.initial = {"groups": ", ".join(least for [least] in groups.values())}
            return
        letters: list[tuple[str, Words]] = [
            (str(number), _("Group %(number)d") % {"number": number}) for number in range(1, TOGETHER_MOST + 1)
        ]
        choices: list[tuple[str, Words]] = [(ALONE, _("On its own")), *letters, (OTHERS, _("All others"))]
        several_of = [listed for listed in groups.values() if len(listed) > 1]
        for code, label in answers_to(question):
            self.fields[code] = select(label, choices)
            of = next((number for number, listed in enumerate(several_of, start=1) if code in listed), None)
            named = any(code in listed for listed in groups.values())
            self.initial[code] = str(of) if of else ALONE if named or not groups else OTHERS

    def coding(self) -> dict[str, tuple[str, ...]]:
        """The groups by their codes: each that of its first answer; none where all answers stand alone. Raises
        FieldRefused for numbers that cannot be read."""
        if self.question.kind is Kind.NUMBER:
            typed = [each.strip() for each in self.cleaned_data["groups"].split(",") if each.strip()]
            if not all(each.isascii() and each.isdigit() for each in typed):
                raise FieldRefused("groups", SurveyMistake.BOUNDS, about=self.question.least)
            return {each: (each,) for each in typed}
        chosen = {code: self.cleaned_data[code] for code, _label in answers_to(self.question)}
        if not any(chosen.values()):
            return {}
        groups: dict[str, list[str]] = {}
        for code, of in chosen.items():
            if of != OTHERS:
                groups.setdefault(of or f"/{code}", []).append(code)
        return {_code_of(codes): tuple(codes) for codes in groups.values()}


def _code_of(codes: Sequence[str]) -> str:
    return next((code for code in codes if code != PASSED), "passed")


def answers_to(question: Question) -> list[tuple[str, Words]]:
    """The codes of what adults can say to a question with one answer, with their words."""
    said = [(each.code, told(each.label)) for each in question.answers if not each.minor]
    return [*said, (PASSED, _("Would rather not say"))]


class MarginForm(forms.Form):
    """The shares that the answers to one question have in the population."""

    def __init__(self, question: Question, margin: Margin | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [code for code, _label in answers_to(question) if code != PASSED]
        for code, label in answers_to(question)[:-1]:
            self.fields[code] = _percent(label)
        self.fields["source"] = line(
            _("Source"), help_text=_("Such as: Census 2025, National Statistics Office, table 3.")
        )
        self.fields["on"] = day(_("As of"), required=False)
        if margin is not None:
            first = {joined.split(JOIN)[0]: f"{percent:g}" for joined, percent in margin.percents.items()}
            self.initial = {**first, "source": margin.source, "on": margin.on}

    def margin(self, question: str) -> Margin | None:
        """The margin: an empty box belongs to the share above it. None where all boxes are empty.

        Raises FieldRefused where the source or its day is missing.
        """
        shares: dict[str, float] = {}
        for code in self.codes:
            percent = self.cleaned_data[code]
            if percent is None and shares:
                above, share = shares.popitem()
                shares[f"{above}{JOIN}{code}"] = share
            elif percent is not None:
                shares[code] = percent
        if not shares:
            return None
        for name in ("source", "on"):
            if not self.cleaned_data[name]:
                raise FieldRefused(name, Mistake.MISSING)
        return Margin(
            question=question, percents=shares, source=self.cleaned_data["source"], on=self.cleaned_data["on"]
        )


class OtherMarginsForm(forms.Form):
    """Which margins are left out, and of which answers the shares are added up, once an urn was opened."""

    def __init__(self, margins: Sequence[Margin], words: Callable[[str, str], str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.margins = margins
        for each in margins:
            self.fields[f"join_{each.question}"] = several(
                _("Count together: %(question)s") % {"question": words(each.question, "")},
                [(code, words(each.question, code)) for code in each.percents],
                help_text=_("Their shares are added up."),
            )
            self.fields[f"out_{each.question}"] = box(
                _("Leave out: %(question)s") % {"question": words(each.question, "")}
            )
        self.fields["why"] = line(_("Why"), missing=_("Say why"), most=1_000, help_text=_("Everybody can read it."))

    def left_out(self) -> list[str]:
        """The questions whose margins are left out."""
        return [each.question for each in self.margins if self.cleaned_data[f"out_{each.question}"]]

    def joined(self) -> dict[str, list[str]]:
        """Of each question the shares that are added up."""
        return {each.question: self.cleaned_data[f"join_{each.question}"] for each in self.margins}


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

    def __init__(self, answers: Sequence[tuple[str, str, str]], *args: Any, **kwargs: Any) -> None:
        """`answers`: of which variables' codes a share may be expected, with their words."""
        super().__init__(*args, **kwargs)
        self.answers = answers
        hint: Words = _("The share that you expect, in per cent. What is left out is shared out evenly.")
        for variable, code, words in answers:
            self.fields[f"{variable}.{code}"] = _percent(words, help_text=hint)
            hint = ""

    def guess(self) -> Guess:
        """What was typed, for the planner."""
        shares: dict[str, dict[str, float]] = {}
        for variable, code, _words in self.answers:
            percent = self.cleaned_data[f"{variable}.{code}"]
            if percent is not None:
                shares.setdefault(variable, {})[code] = percent / 100
        return Guess(people=self.cleaned_data["people"], deff=float(self.cleaned_data["deff"]), shares=shares)


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
