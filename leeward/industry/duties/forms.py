"""What staff type about a regime: its next version, and why it is switched on or off."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, day, line, lines_of, select, several, text
from leeward.foundation.web.words import choices_of
from leeward.industry.duties.errors import RegimeRefused
from leeward.industry.duties.rules.records import as_record, from_record
from leeward.industry.duties.rules.regimes import (
    CODE_LENGTH,
    HOURS_MOST,
    LEGAL_BASIS_LENGTH,
    LINE_LENGTH,
    LINES_MOST,
    NAME_LENGTH,
    REDRESS_MOST,
    SOURCE_LENGTH,
    WITHIN_DAYS_MOST,
    RegimeDraft,
)
from leeward.industry.duties.rules.terms import Commencement, CopyScope, Element, PauseReason, RedressBody, StartEvent

REASON_LENGTH = 250
REDRESS_PARTS = ("body", "name", "within_days", "url")

# What is said beside a field that the rules refuse; the fields' own limits catch the rest.
REFUSALS: dict[str, str | Promise] = {
    "code": _("Use small letters, digits and single hyphens, such as eu-dsa."),
    "limit_hours": _("Enter hours that come to whole minutes, or nothing where the law sets no fixed time."),
    "source_url": _("Enter a whole address that begins with https://, or nothing."),
    "notes": _("Write one fact a line, at most 20 lines of 500 characters."),
    "unverified": _("Write one thing a line, at most 20 lines of 500 characters."),
    "in_force_on": _(
        "Give the day where the law begins later. Leave it empty while nobody has verified it. "
        "A law that is in force began on or before the day on which its source was checked."
    ),
    "redress": _("Give each body a whole address that begins with https://, or none."),
}
REFUSED = _("Enter something that can be printed, without spaces around it.")


class RegimeForm(forms.Form):
    """The next version of a regime."""

    code = line(
        _("Code"),
        most=CODE_LENGTH,
        missing=_("Enter a code."),
        help_text=_("Short and for good, such as eu-dsa. It is never changed."),
    )
    name = line(_("Name of the law"), most=NAME_LENGTH, missing=_("Enter the name of the law."))
    jurisdiction = line(_("Jurisdiction"), most=NAME_LENGTH, missing=_("Enter where it holds."))
    limit_hours = forms.FloatField(
        label=_("Time for removal, in hours"),
        help_text=_("Leave it empty where the law sets no fixed time."),
        required=False,
        min_value=1 / 60,
        max_value=HOURS_MOST,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Enter a number of hours, such as 48.")},
    )
    start_event = choice(_("What starts the clock"), choices_of(StartEvent))
    pauses = several(_("When the clock stops"), choices_of(PauseReason))
    elements = forms.MultipleChoiceField(
        label=_("What a notice must hold"),
        help_text=_("A notice that lacks one of these is not sent."),
        choices=choices_of(Element),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    copies = choice(_("How far the duty reaches"), choices_of(CopyScope))
    legal_basis = line(
        _("Legal basis"),
        most=LEGAL_BASIS_LENGTH,
        missing=_("Enter the legal basis."),
        help_text=_("The act and the section, as the notice will name them."),
    )
    source_name = line(
        _("Source"),
        most=SOURCE_LENGTH,
        missing=_("Enter what was read."),
        help_text=_("What was read, and by whom it is published."),
    )
    source_url = line(
        _("Address of the official text"),
        most=SOURCE_LENGTH,
        help_text=_("The official publisher's. Leave it empty where you are not sure."),
        spellcheck="false",
        autocapitalize="none",
    )
    commencement = choice(
        _("Is it in force?"),
        choices_of(Commencement),
        help_text=_("No notice is sent under a law while nobody has verified that it is in force."),
    )
    in_force_on = day(_("In force since or from"), required=False, help_text=_("A day such as 2026-11-24."))
    checked_on = day(
        _("Source checked on"),
        required=True,
        missing=_("Enter the day on which the source was read."),
        help_text=_("The day on which somebody read the source. A day such as 2026-11-24."),
    )
    notes = text(_("Further facts"), most=LINES_MOST * (LINE_LENGTH + 2), help_text=_("One a line."), rows=6)
    unverified = text(_("Unverified points"), most=LINES_MOST * (LINE_LENGTH + 2), help_text=_("One a line."), rows=4)
    valid_from = day(
        _("This version holds from"),
        required=False,
        help_text=_("Today or later. What was sent before keeps the version that it was sent under."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, code: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_code = code
        if code is not None:
            del self.fields["code"]
        for place in range(REDRESS_MOST):
            self.fields.update(_redress_fields(place))

    @property
    def named_redress(self) -> list[list[forms.BoundField]]:
        """The fields of each body that hears a complaint."""
        return [row for row in self._redress_rows() if any(field.value() for field in row)]

    @property
    def blank_redress(self) -> list[list[forms.BoundField]]:
        """The fields of further ones."""
        return [row for row in self._redress_rows() if not any(field.value() for field in row)]

    @property
    def draft(self) -> RegimeDraft:
        """What the form says, once it is valid."""
        draft: RegimeDraft = self.cleaned_data["draft"]
        return draft

    def clean(self) -> None:
        """Add `draft`, or say beside each field what the rules refuse."""
        super().clean()
        cleaned = self.cleaned_data
        for place in range(REDRESS_MOST):
            self._check_redress(place)
        if not self.errors:
            try:
                cleaned["draft"] = from_record(self._record(cleaned))
            except RegimeRefused as error:
                self.refuse(error.problems)

    def refuse(self, problems: Iterable[tuple[str, str]]) -> None:
        """Say what is wrong beside the fields that `problems` name."""
        for name in dict.fromkeys(name for name, _text in problems):
            field = "redress_0_url" if name == "redress" else name
            self.add_error(field if field in self.fields else None, str(REFUSALS.get(name, REFUSED)))

    def _record(self, cleaned: Mapping[str, Any]) -> dict[str, object]:
        kept = {
            name: cleaned[name]
            for name in self.fields
            if not name.startswith("redress_") and name not in ("valid_from", "based_on")
        }
        return {
            **kept,
            "code": self.known_code or cleaned.get("code", ""),
            "notes": list(lines_of(cleaned["notes"])),
            "unverified": list(lines_of(cleaned["unverified"])),
            "redress": [row for row in map(self._redress, range(REDRESS_MOST)) if any(row.values())],
        }

    def _redress(self, place: int) -> dict[str, Any]:
        return {part: self.cleaned_data.get(f"redress_{place}_{part}") for part in REDRESS_PARTS}

    def _redress_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"redress_{place}_{part}"] for part in REDRESS_PARTS] for place in range(REDRESS_MOST)]

    def _check_redress(self, place: int) -> None:
        row = self._redress(place)
        if not any(row.values()):
            return
        if not row["body"]:
            self.add_error(f"redress_{place}_body", _("Choose the kind of body."))
        if not row["name"]:
            self.add_error(f"redress_{place}_name", _("Enter its name."))


class SwitchForm(forms.Form):
    """Why a regime is switched on or off."""

    reason = line(
        _("Why"), most=REASON_LENGTH, missing=_("Enter a reason"), help_text=_("Kept for good. Name no person.")
    )


def initial_of(draft: RegimeDraft, *, version: int) -> dict[str, Any]:
    """What the form shows to begin with: this draft."""
    record = as_record(draft)
    hours = draft.limit_hours
    redress = {
        f"redress_{place}_{part}": row[part] for place, row in enumerate(record["redress"]) for part in REDRESS_PARTS
    }
    return {
        **record,
        **redress,
        "limit_hours": "" if hours is None else f"{hours:.10g}",
        "notes": "\n".join(draft.notes),
        "unverified": "\n".join(draft.unverified),
        "based_on": version,
    }


def blank(*, today: date) -> dict[str, Any]:
    """What the form of a new regime shows: nothing is taken to be verified."""
    return {"commencement": Commencement.NOT_VERIFIED.value, "checked_on": today, "based_on": 0}


def _redress_fields(place: int) -> dict[str, forms.Field]:
    return {
        f"redress_{place}_body": select(_("Kind of body"), [("", _("Nobody")), *choices_of(RedressBody)]),
        f"redress_{place}_name": line(_("Its name"), most=NAME_LENGTH),
        f"redress_{place}_within_days": forms.IntegerField(
            label=_("Within how many days of the decision"), required=False, min_value=1, max_value=WITHIN_DAYS_MOST
        ),
        f"redress_{place}_url": line(_("Its address"), most=SOURCE_LENGTH),
    }


class EditorButton(StrEnum):
    """What the editor's buttons do."""

    PREVIEW = "preview"
    PUBLISH = "publish"
