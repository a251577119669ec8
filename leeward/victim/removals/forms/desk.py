"""What the desk's staff type and choose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import WORKING_NAME_LIMIT
from leeward.foundation.editing.fields import line, moment, text
from leeward.foundation.web.words import choices_of, hints_of
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.forms.answering import SaidForm
from leeward.victim.removals.models import Review
from leeward.victim.removals.rules.decisions import (
    LONGEST_EXPLANATION,
    LONGEST_FACTS,
    LONGEST_GROUND,
    Ground,
    Outcome,
    RefusalReason,
)
from leeward.victim.removals.rules.notices import LANGUAGES, Family
from leeward.victim.removals.rules.notices.cleaning import clean_line
from leeward.victim.removals.rules.reports import Band

LONGEST_HOST = 300
LONGEST_SEARCH = 100


class BandForm(forms.Form):
    """How soon the desk must look."""

    band = forms.ChoiceField(
        label=_("Band"),
        choices=choices_of(Band),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a band")},
    )
    hints = hints_of(Band)


class WorkingNameForm(forms.Form):
    """The name with which somebody signs what leaves the house."""

    working_name = line(
        _("The name that you sign with"), most=WORKING_NAME_LIMIT, help_text=_("Leave it empty to sign as the desk.")
    )

    def clean_working_name(self) -> str:
        """One line that can be printed as it is."""
        return clean_line(str(self.cleaned_data["working_name"]))


class SearchForm(forms.Form):
    """A part of a platform's name or domain."""

    search = line(_("Platform's name or domain"), most=LONGEST_SEARCH)


class SiteForm(forms.Form):
    """A site that nobody here knows yet."""

    host = line(
        _("A site that is not listed"),
        help_text=_("Its host, such as example.com"),
        missing=_("Enter a host such as example.com"),
        most=LONGEST_HOST,
    )


class LawForm(forms.Form):
    """Under which law a notice goes out."""

    law = forms.ChoiceField(
        label=_("Law"), error_messages={"required": _("Choose a law"), "invalid_choice": _("Choose a law")}
    )

    def __init__(self, *args: Any, laws: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["law"].choices = laws  # type: ignore[attr-defined]  # it is a ChoiceField


class ReviewForm(forms.Form):
    """Something for a second person."""

    kind = forms.ChoiceField(
        label=_("What is to be done"),
        choices=choices_of(Review.Kind),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is to be done")},
    )
    reason = text(
        _("Why"),
        rows=3,
        help_text=_("A supervisor reads this. The person and the platforms do not."),
        missing=_("Say why"),
        most=LONGEST_FACTS,
    )


class AnswerForm(SaidForm):
    """A platform's answer that came by letter or mail."""

    missing = {
        "refusal": _("Choose why it stays up"),
        "facts": _("Write down their reasons in a sentence or two"),
        "legal_ground": _("Name the law that they name"),
    }
    outcome = forms.ChoiceField(
        label=_("What they did"),
        choices=[("", _("Choose")), *choices_of(Outcome)],
        error_messages={"required": _("Choose what they did")},
    )
    came_on = moment(_("When it came"), help_text=_("Leave it empty for now."))
    refusal = forms.ChoiceField(
        label=_("If refused: why"), required=False, choices=[("", _("Not refused")), *choices_of(RefusalReason)]
    )
    ground = forms.ChoiceField(
        label=_("What it rests on"), required=False, choices=[("", _("Not said")), *choices_of(Ground)]
    )
    legal_ground = line(_("Law they name"), most=LONGEST_GROUND)
    facts = text(_("Their reasons"), rows=3, most=LONGEST_FACTS)
    explanation = text(_("Their explanation"), rows=2, most=LONGEST_EXPLANATION)

    @property
    def said_outcome(self) -> Outcome | None:
        """What they did; None while nobody has chosen it."""
        chosen = self.cleaned_data.get("outcome")
        return Outcome(chosen) if chosen else None


class TemplateForm(forms.Form):
    """Which template to look at."""

    rung = forms.ChoiceField(label=_("Escalation step"), required=False, choices=choices_of(Rung))
    family = forms.ChoiceField(label=_("About"), required=False, choices=choices_of(Family))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[(each, each) for each in LANGUAGES])
    law = forms.ChoiceField(label=_("Law"), required=False)

    def __init__(self, *args: Any, laws: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["law"].choices = laws  # type: ignore[attr-defined]  # it is a ChoiceField
        self.laws = laws

    @property
    def chosen(self) -> dict[str, str]:
        """Return what was chosen, by field; the first choice where nothing valid was."""
        self.is_valid()
        first = {
            "rung": Rung.PLATFORM,
            "family": Family.SHARING,
            "language": LANGUAGES[0],
            "law": self.laws[0][0] if self.laws else "",
        }
        return {name: self.cleaned_data.get(name) or value for name, value in first.items()}
