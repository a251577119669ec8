"""What course authors and policy officers enter: versions of courses, requirements, employers."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import (
    Choices,
    OnceForm,
    box,
    choice,
    choose_from,
    day,
    languages,
    line,
    lines_of,
    select,
    several,
    text,
    whole_number,
)
from leeward.foundation.editing.values import HOST_NAME
from leeward.foundation.web.words import choices_of, language
from leeward.justice.training.operations.courses import NewVersion
from leeward.justice.training.operations.employers import NewRequirement, Standing
from leeward.justice.training.rules.clock import Mode
from leeward.justice.training.rules.terms import (
    NAME_LENGTH,
    WORDS_LENGTH,
    CourseKind,
    EmployerKind,
    JobRole,
    TriggerAnswer,
)
from leeward.victim.file.rules.news import list_zones

MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
SERVICE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PACKAGE_MOST = 32 * 1024 * 1024
MOST_DAYS, MOST_MONTHS = 999, 120


class VersionForm(forms.Form):
    """Which lesson is published, and whether everybody must know what changed."""

    lesson = select(_("Lesson"), required=True, help_text=_("Installed here, in a version that is not published yet."))
    kind = choice(_("How is it passed?"), choices_of(CourseKind))
    is_material = box(
        _("Everybody who passed an older version must know what changed"),
        help_text=_(
            "They are due within the days that each requirement gives for it. Does not count for a first version."
        ),
    )
    delta = select(
        _("The lesson with only what changed"), help_text=_("It takes five minutes and leaves the yearly day.")
    )
    is_meant = box(_("A second such version within 30 days is needed"))
    reviewers = text(
        _("Who with lived experience reviewed it?"),
        rows=3,
        most=WORDS_LENGTH,
        help_text=_(
            "Of a briefing. One on each line, as they want to be named; it stands on the briefing for everybody."
        ),
    )

    def __init__(self, *args: Any, lessons: Choices, deltas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "lesson", [("", _("Choose")), *lessons])
        choose_from(self, "delta", [("", _("None: the whole course is taken again")), *deltas])
        for code in languages():
            label = gettext("What changed and why (%(language)s)") % {"language": language(code)}
            self.fields[f"why_{code}"] = text(label, rows=3, most=WORDS_LENGTH)
        self.order_fields(["lesson", "kind", *(f"why_{code}" for code in languages())])

    def version(self) -> NewVersion:
        """What is published."""
        given = self.cleaned_data
        return NewVersion(
            lesson=given["lesson"],
            kind=CourseKind(given["kind"]),
            is_material=given["is_material"],
            why={code: given[f"why_{code}"] for code in languages() if given[f"why_{code}"].strip()},
            delta=given["delta"],
            is_meant=given["is_meant"],
            reviewers=lines_of(given["reviewers"]),
        )


class EmployerForm(OnceForm):
    """Somebody whose people are trained."""

    name = line(_("Name"), missing=_("Enter the name"), most=NAME_LENGTH)
    kind = select(_("Kind"), [("", _("Choose")), *choices_of(EmployerKind)], required=True)
    domains = text(
        _("What do their work addresses end in?"),
        rows=3,
        help_text=_("One on each line, such as police.example. With none, a roster may hold any address."),
        dir="ltr",
        spellcheck="false",
    )

    def clean_domains(self) -> tuple[str, ...]:
        """Names of hosts, one on each line."""
        found = tuple(each.casefold().removeprefix("@") for each in lines_of(self.cleaned_data["domains"]))
        wrong = next((each for each in found if not HOST_NAME.fullmatch(each)), None)
        if wrong is not None:
            said = gettext("Enter the part after the @ of an address, such as police.example: not %(typed)s")
            raise forms.ValidationError(said % {"typed": wrong})
        return found


class StandingForm(forms.Form):
    """Where an employer's days begin, in which language its people are written to, and which member it is."""

    zone = select(
        _("Time zone"),
        [("", _("As in the nation")), *((each, each) for each in list_zones())],
        help_text=_("It decides on which day something is due there, and which day is today for its files."),
    )
    language = select(
        _("Language of mails"), help_text=_("Somebody who asks for a link in another language gets that one.")
    )
    member = select(
        _("Member of the support network"),
        help_text=_("Each day it is told how many of its people are in date, by course: numbers only."),
    )

    def __init__(self, *args: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(code, language(code)) for code in languages()]
        choose_from(self, "language", [("", _("As in the nation")), *spoken])
        choose_from(self, "member", [("", _("None")), *members])

    def standing(self) -> Standing:
        """What is said of it."""
        given = self.cleaned_data
        member = uuid.UUID(given["member"]) if given["member"] else None
        return Standing(zone=given["zone"], language=given["language"], member=member)


def _days(label: Any) -> forms.IntegerField:
    wrong = _("Enter a whole number from 0 to 999")
    return whole_number(label, least=0, most=MOST_DAYS, missing=wrong, wrong=wrong)


class RequirementForm(OnceForm):
    """Which posts must pass which course by when."""

    course = select(_("Course"), required=True)
    roles = several(_("Which posts?"), choices_of(JobRole))
    employer_kinds = several(
        _("Which employers?"), choices_of(EmployerKind), help_text=_("If you tick none: all employers.")
    )
    from_on = day(_("In force from"), required=True, missing=_("Enter the day"))
    source = line(
        _("Which law or rule asks for it?"), missing=_("Say which law or rule asks for it"), most=WORDS_LENGTH
    )
    mode = choice(_("When is it passed again?"), choices_of(Mode))
    opens = line(_("First day of the weeks"), most=5, help_text=_("Month and day, such as 09-01."), dir="ltr")
    closes = line(_("Last day of the weeks"), most=5, help_text=_("Month and day, such as 11-30."), dir="ltr")
    first_days = _days(_("Days to pass it for the first time"))
    months = whole_number(
        _("Months until it is passed again"),
        least=1,
        most=MOST_MONTHS,
        missing=_("Enter a whole number from 1 to 120"),
        wrong=_("Enter a whole number from 1 to 120"),
    )
    window_days = _days(_("Days before the due day in which passing keeps the yearly day"))
    grace_days = _days(_("Days after the due day until it is lapsed"))
    refresh_days = _days(_("Days to learn what changed"))

    def __init__(self, *args: Any, courses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "course", [("", _("Choose")), *courses])

    def clean(self) -> dict[str, Any]:
        """The weeks are given where they count, and nowhere else."""
        given = super().clean() or {}
        is_weeks = given.get("mode") == Mode.CALENDAR
        for name in ("opens", "closes"):
            typed = given.get(name, "").strip()
            if is_weeks and not MONTH_DAY.fullmatch(typed):
                self.add_error(name, gettext("Enter a month and a day, such as 09-01"))
            given[name] = typed if is_weeks else ""
        return given

    def requirement(self) -> NewRequirement:
        """What is required."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        return NewRequirement(
            **{
                **given,
                "mode": Mode(given["mode"]),
                "roles": [JobRole(each) for each in given["roles"]],
                "employer_kinds": [EmployerKind(each) for each in given["employer_kinds"]],
            }
        )


class AnswerForm(forms.Form):
    """What a change outside means for the courses, and why."""

    answer = choice(_("What does it mean for the courses?"), choices_of(TriggerAnswer))
    reason = text(
        _("Why?"),
        rows=4,
        most=WORDS_LENGTH,
        missing=_("Say why"),
        help_text=_(
            "Write the change into the lesson and publish it as a version: this answer by itself changes nothing."
        ),
    )


class ServiceForm(forms.Form):
    """A service of the directory, by the address of its page."""

    service = line(
        _("Address of the service’s page in our directory"),
        missing=_("Enter the address of a service of our directory"),
        dir="ltr",
        spellcheck="false",
    )

    def clean_service(self) -> uuid.UUID:
        """The id that stands in the address."""
        found = SERVICE_ID.findall(self.cleaned_data["service"].casefold())
        if len(found) != 1:
            raise forms.ValidationError(gettext("Enter the address of a service of our directory"))
        return uuid.UUID(found[0])


class PackageForm(forms.Form):
    """A package that teaches a version of a course."""

    use_required_attribute = False
    version = select(_("Which course does it teach, in which version?"), required=True)
    file = forms.FileField(
        label=_("The package"),
        help_text=_("cmi5: a ZIP with cmi5.xml at its top, or the course structure alone; at most 32 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,.xml"}),
        error_messages={"required": _("Choose a file"), "empty": _("This file is empty")},
    )

    def __init__(self, *args: Any, versions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "version", [("", _("Choose")), *versions])

    def clean_file(self) -> Any:
        """Within the limit."""
        file = self.cleaned_data["file"]
        if file.is_too_large:
            raise forms.ValidationError(gettext("This file is larger than 32 MB: shelve the course structure alone"))
        return file
