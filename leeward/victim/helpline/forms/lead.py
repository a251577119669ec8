"""What those who lead the helpline enter."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.queries import Colleague
from leeward.foundation.editing.fields import (
    choice,
    choose_from,
    day,
    line,
    person_languages,
    select,
    several,
    whole_number,
)
from leeward.foundation.web.words import choices_of, language, word
from leeward.victim.helpline.models import SOURCE_LENGTH
from leeward.victim.helpline.queries.allocation import colleagues
from leeward.victim.helpline.rules.allocation import MOST_RULES, Profile, Rule
from leeward.victim.helpline.rules.care import MOST_MINUTES
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.standing_in import DAYS
from leeward.victim.removals.rules.reports import Band

MOST_HOURS = 10_000
ANY = ("", _("Any"))


class FundingForm(forms.Form):
    """Who pays, for how many hours of work a week, from when until when."""

    source = line(_("Who pays"), missing=_("Say who pays"), most=SOURCE_LENGTH)
    hours = whole_number(
        _("Hours of work a week"),
        least=1,
        most=MOST_HOURS,
        missing=_("Enter how many hours of work a week it pays for"),
        wrong=_("Enter a whole number from 1 to 10000"),
    )
    begins_on = day(_("First day"), required=True)
    ends_on = day(_("Last day"), required=True)


class HeldForm(forms.Form):
    """How long a debrief was; of what was said nothing is kept."""

    minutes = whole_number(
        _("How many minutes?"),
        least=1,
        most=MOST_MINUTES,
        missing=_("Enter how many minutes it was"),
        wrong=_("Enter a whole number from 1 to 480"),
    )


class SupervisionForm(HeldForm):
    """Who was supervised, and how long."""

    staff = select(_("Who"), missing=_("Choose who it was"))
    field_order = ("staff", "minutes")

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "staff", [("", _("Choose")), *people])


class RuleForm(forms.Form):
    """Which cases go to whom first. A case that fits no rule goes to everybody."""

    band = select(_("Band"), [ANY, *choices_of(Band)])
    language = select(_("Language"))
    source = select(_("Way in"), [ANY, *choices_of(CaseSource)])
    workers = several(
        _("Offered first to"),
        help_text=_("If none of these is here and has room, everybody is offered them."),
    )
    place = whole_number(
        _("Place among the rules"),
        least=1,
        most=MOST_RULES,
        missing=_("Enter the place"),
        wrong=_("Enter a whole number from 1 to 20"),
        help_text=_("The first rule that fits a case decides."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "language", [ANY, *((code, language(code)) for code in person_languages())])
        choose_from(self, "workers", [(each, describe(*told)) for each, told in colleagues().items()])

    def clean_workers(self) -> list[str]:
        """Somebody is offered them first."""
        workers: list[str] = self.cleaned_data["workers"]
        if not workers:
            raise forms.ValidationError(gettext("Choose at least one colleague"))
        return workers

    @property
    def rule(self) -> Rule:
        """What was chosen."""
        given = self.cleaned_data
        return Rule(
            place=given["place"],
            band=Band(given["band"]) if given["band"] else None,
            language=given["language"],
            source=CaseSource(given["source"]) if given["source"] else None,
            workers=tuple(given["workers"]),
        )


def describe(name: str, profile: Profile) -> str:
    """A worker by name, with what leads may read of what they say of themselves."""
    known = [language(code) for code in profile.languages]
    if profile.trained:
        known.append(gettext("trained: %(wishes)s") % {"wishes": "; ".join(map(word, profile.trained))})
    return f"{name} ({'; '.join(known)})" if known else name


class StandInForm(forms.Form):
    """To which one colleague a case of the closed team is lent, and for how many days."""

    staff = choice(_("To whom?"), (), missing=_("Choose a colleague"))
    days = choice(_("For how long?"), (), missing=_("Choose for how long"))

    def __init__(self, *args: Any, colleagues: Iterable[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "staff", [(each.reference, each.name) for each in colleagues])
        days = [(str(each), ngettext("%(number)s day", "%(number)s days", each) % {"number": each}) for each in DAYS]
        choose_from(self, "days", days)
