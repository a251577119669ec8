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
from leeward.justice.outcomes.errors import OutcomesMistake
from leeward.justice.outcomes.operations.cohorts import NewCohort
from leeward.justice.outcomes.operations.mapping import NewMap
from leeward.justice.outcomes.queries.maps import lists_to_follow
from leeward.justice.outcomes.rules.cohort_rows import COHORT, Row, read_rows
from leeward.justice.outcomes.rules.files import COLUMNS
from leeward.justice.outcomes.rules.maps import HeaderMap, lacking, read_head
from leeward.justice.outcomes.rules.terms import (
    CODE_LENGTH,
    CODES_OF,
    NAME_LENGTH,
    WORDS_LENGTH,
    AuthorityKind,
    Basis,
    CodeKind,
    FileKind,
)
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
    """A file of counts. `read` takes the text, whether a period may be replaced, and the day as of which it was made.

    `asks_day`: that day is asked for, because no column of an authority's own file says it.
    """

    as_of = day(
        _("What is its as-of day?"),
        required=False,
        help_text=_("Only for your own file: none of its columns says it. Such as 2026-11-24."),
    )
    reason = text(
        _("If this replaces what you have handed in before: why?"), rows=3, most=WORDS_LENGTH, help_text=WHY_HELP
    )

    def __init__(
        self,
        *args: Any,
        columns: Sequence[str],
        read: Callable[[str, bool, date | None], Any],
        own: Sequence[str] = (),
        asks_day: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, columns=columns, read=self._read_lines, **kwargs)
        self._read_counts = read
        if own:
            names = {"ours": ",".join(columns), "own": ",".join(own)}
            self.fields["lines"].help_text = (
                gettext("The first line is: %(ours)s – or that of your own file: %(own)s") % names
            )
        if not asks_day:
            del self.fields["as_of"]

    def _read_lines(self, typed: str) -> Any:
        given = self.cleaned_data
        return self._read_counts(typed, bool(given.get("reason", "").strip()), given.get("as_of"))


class HeadForm(forms.Form):
    """The first line of an authority's own file, from which it is mapped. `found`: its columns."""

    head = text(
        _("The first line of their file"), rows=3, missing=_("Paste the first line"), dir="ltr", spellcheck="false"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: tuple[str, ...] = ()

    def clean_head(self) -> str:
        """Its columns. One that looks as if it told who somebody is cannot be mapped."""
        typed: str = self.cleaned_data["head"]
        try:
            self.found = read_head(typed)
        except LinesRefused as error:
            raise forms.ValidationError([say_fault(each) for each in error.faults]) from error
        return typed


class MapForm(forms.Form):
    """Which column of an authority's file is which of ours. After it is valid `found` is the map."""

    use_required_attribute = False
    head = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, head: Sequence[str], kind: FileKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head, self._kind = head, kind
        self.found: NewMap | None = None
        ours: Choices = [("", _("Not needed")), *((name, name) for name in COLUMNS[kind])]
        for number, theirs in enumerate(head):
            self.fields[f"column_{number}"] = select(theirs, ours)
        if "basis" in COLUMNS[kind]:
            said: Choices = [("", _("A column says it")), *choices_of(Basis)]
            self.fields["basis"] = select(_("If no column says it: of which offences are the outcomes?"), said)
        self.fields["called"] = line(
            _("What the file calls this authority"),
            most=NAME_LENGTH,
            help_text=_("Only where a column holds it, and not by its code here."),
        )
        in_use = ("", _("The list that is in use when the file comes in"))
        self.fields["offence_list"] = select(
            _("Which list do its codes of offences follow?"), [in_use, *lists_to_follow(CodeKind.OFFENCE)]
        )
        if kind in CODES_OF:
            self.fields["code_list"] = select(
                _("Which list do its codes of outcomes or decisions follow?"),
                [in_use, *lists_to_follow(CODES_OF[kind])],
            )

    def clean(self) -> None:
        """Each of our columns once, and those that are needed."""
        super().clean()
        if self.errors:
            return
        given = self.cleaned_data
        columns: dict[str, str] = {}
        for number, theirs in enumerate(self._head):
            ours = given[f"column_{number}"]
            if ours in columns:
                self.add_error(
                    f"column_{number}", gettext(OutcomesMistake.MAPPED_TWICE.label) % {"about": columns[ours]}
                )
            elif ours:
                columns[ours] = theirs
        made = HeaderMap(
            columns=columns,
            skipped=[each for each in self._head if each not in columns.values()],
            basis=Basis(given["basis"]) if given.get("basis") and "basis" not in columns else None,
            called=given["called"],
        )
        for name in lacking(self._kind, made):
            self.add_error("basis" if name == "basis" else None, gettext(OutcomesMistake.LACKS.label) % {"about": name})
        self.found = NewMap(
            map=made,
            offence_list=uuid.UUID(given["offence_list"]) if given["offence_list"] else None,
            code_list=uuid.UUID(given["code_list"]) if given.get("code_list") else None,
        )


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


class FunnelForm(forms.Form):
    """Of which year, authority and offence an analyst would like to see the funnel."""

    year = select(_("Year"), required=True)
    authority = select(_("Authority"))
    offence = select(_("Offence"))

    def __init__(
        self, *args: Any, years: Sequence[int], authorities: Choices, offences: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "year", [(str(each), str(each)) for each in years])
        choose_from(self, "authority", [("", _("All")), *authorities])
        choose_from(self, "offence", [("", _("All")), *offences])


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
