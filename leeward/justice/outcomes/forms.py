"""What analysts and authorities enter."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Choices, OnceForm, box, choice, choose_from, day, line, select, text
from leeward.foundation.editing.forms import LinesForm, say_fault
from leeward.foundation.editing.lines import LinesRefused
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.web.words import choices_of
from leeward.justice.outcomes.operations.cohorts import NewCohort
from leeward.justice.outcomes.rules.cohort_rows import COHORT, Row, read_rows
from leeward.justice.outcomes.rules.terms import CODE_LENGTH, NAME_LENGTH, WORDS_LENGTH, AuthorityKind
from leeward.justice.outcomes.rules.tokens import read_fingerprint

WHY_HELP = _("Everybody can read it beside the figures. Do not name anybody.")


class AuthorityForm(OnceForm):
    """An authority."""

    name = line(_("Name"), missing=_("Enter a name"), most=NAME_LENGTH)
    code = line(
        _("Code"),
        missing=_("Enter a code"),
        most=CODE_LENGTH,
        help_text=_("The code that its files use, such as outer-isles-police."),
        dir="ltr",
    )
    kind = choice(_("What is it?"), choices_of(AuthorityKind))
    employer = select(_("Its employer in training"))
    expected_from = day(_("Counts are expected from"), required=True, missing=_("Enter the first day"))
    expected_until = day(_("Until"), required=False)

    def __init__(self, *args: Any, employers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "employer", [("", _("Nobody’s")), *employers])


class CountsForm(LinesForm):
    """A file of counts. `read` takes the text and whether a period may be replaced."""

    reason = text(
        _("If this replaces what you have handed in before: why?"), rows=3, most=WORDS_LENGTH, help_text=WHY_HELP
    )

    def __init__(self, *args: Any, columns: Sequence[str], read: Callable[[str, bool], Any], **kwargs: Any) -> None:
        super().__init__(*args, columns=columns, read=self._read_lines, **kwargs)
        self._read_counts = read

    def _read_lines(self, typed: str) -> Any:
        return self._read_counts(typed, bool(self.cleaned_data.get("reason", "").strip()))


class ReplyForm(forms.Form):
    """What an authority says beside its own figures."""

    reply = text(
        _("What you say beside your figures"),
        rows=4,
        most=WORDS_LENGTH,
        help_text=_("You do not have to say anything. Everybody can read it in the open table. Do not name anybody."),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = text(_("Why?"), rows=3, most=WORDS_LENGTH, missing=_("Say why"), help_text=WHY_HELP)


class CheckedForm(forms.Form):
    """When a list was compared with its source."""

    checked_on = day(_("Compared with its source on"), required=True, missing=_("Enter the day"))


QUARTERS_BACK = 40


class CohortForm(forms.Form):
    """A file of a cohort with all that stands under its figures. After it is valid `new` and `rows` have it."""

    use_required_attribute = False
    quarter = select(_("Which quarter’s cohort is it?"), required=True)
    as_of = day(
        _("What is its as-of day?"),
        required=True,
        missing=_("Enter the day"),
        help_text=_("The last day for which the file holds convictions and cautions, such as 2026-11-24."),
    )
    fingerprint = line(
        _("Fingerprint of the key"),
        missing=_("Enter the fingerprint that “leeward pseudonymise” printed"),
        most=40,
        help_text=_("16 characters, such as 0a1b-2c3d-4e5f-6071. Never the key itself."),
        dir="ltr",
        spellcheck="false",
    )
    is_new_key = box(_("The data office has a new key, so the new fingerprint is right"))
    authority = select(_("Who hands it in?"))
    reason = line(
        _("Why does it replace the figures of this quarter?"),
        most=WORDS_LENGTH,
        help_text=_("Only if there are earlier ones. It is printed beside the new figures, so do not name anybody."),
    )
    file = forms.FileField(
        label=_("The file"),
        help_text=format_lazy(
            _("CSV in UTF-8, at most {lines} lines, as “leeward pseudonymise” writes it. The first line is: {head}"),
            lines="50,000",
            head=",".join(COHORT),
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose a file"), "empty": _("This file is empty")},
    )

    def __init__(self, *args: Any, today: date, authorities: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._quarters = {each.name: each for each in _quarters_before(today)}
        choose_from(self, "quarter", [("", _("Choose")), *((name, name) for name in self._quarters)])
        if authorities:
            choose_from(self, "authority", [("", _("The data office itself")), *authorities])
        else:
            del self.fields["authority"]
        self.new: NewCohort | None = None
        self.rows: tuple[Row, ...] = ()

    def found(self, own: uuid.UUID | None = None) -> NewCohort:
        """What came in. `own`: of which authority it is, where that was not asked."""
        assert self.new is not None  # noqa: S101  # a form that is valid has one
        return replace(self.new, authority=own or self.new.authority)

    def clean_fingerprint(self) -> str:
        """The fingerprint as it is kept."""
        found = read_fingerprint(self.cleaned_data["fingerprint"])
        if found is None:
            raise forms.ValidationError(gettext("Enter its 16 characters, each a digit or a letter from a to f"))
        return found

    def clean(self) -> None:
        """Each line read, or what is wrong in which. Nothing of a file that is refused is kept."""
        super().clean()
        given = self.cleaned_data
        if "file" in given and given["file"].is_too_large:
            self.add_error("file", gettext("This file is too large: send fewer lines"))
        if self.errors:
            return
        self.new = NewCohort(
            quarter=self._quarters[given["quarter"]],
            as_of=given["as_of"],
            sha256=given["file"].digest,
            fingerprint=given["fingerprint"],
            authority=uuid.UUID(given["authority"]) if given.get("authority") else None,
            reason=given["reason"],
            is_new_key=given["is_new_key"],
        )
        if self.new.as_of >= self.new.quarter.end:  # else each line would be named for what is wrong with that day
            self._read(given["file"], self.new)

    def _read(self, file: Any, new: NewCohort) -> None:
        try:
            self.rows = read_rows(file.read().decode("utf-8-sig"), quarter=new.quarter, as_of=new.as_of)
        except UnicodeDecodeError:
            self.add_error("file", gettext("This is not text in UTF-8. Save it as “CSV UTF-8”."))
        except LinesRefused as error:
            self.add_error("file", [say_fault(each) for each in error.faults])


class CompareForm(forms.Form):
    """Two figures that somebody would like to compare."""

    before = select(_("The earlier one"), required=True)
    after = select(_("The later one"), required=True)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            choose_from(self, name, [("", _("Choose")), *choices])


def _quarters_before(today: date) -> list[Period]:
    """The quarters that are over, the newest first."""
    found = period_of(today, step=Frequency.QUARTER)
    quarters = []
    for _each in range(QUARTERS_BACK):
        found = period_of(found.start - timedelta(days=1), step=Frequency.QUARTER)
        quarters.append(found)
    return quarters
