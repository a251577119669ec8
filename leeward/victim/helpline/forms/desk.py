"""What a practitioner types and chooses."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.fields import choice, day, select, text
from leeward.foundation.web.words import choices_of
from leeward.victim.helpline.rules.cases import CallOutcome, Reopening
from leeward.victim.helpline.rules.helps import HELP_ENDED, HelpKind, HelpState, Met
from leeward.victim.removals.rules.reports import Band

LONGEST_REASON = 2_000
WATCHED_MOST = timedelta(days=366)
CHOOSE = ("", _("Choose"))


class BandForm(forms.Form):
    """How soon somebody must answer, and why where it is lowered."""

    band = choice(_("How soon must somebody answer?"), choices_of(Band))
    reason = text(
        _("Why, where you lower it"),
        rows=2,
        help_text=_("Among staff. Whoever reads the case next must be able to follow it."),
        most=LONGEST_REASON,
    )


class CallForm(forms.Form):
    """What came of a call."""

    outcome = choice(_("What came of the call?"), choices_of(CallOutcome))


class AskForm(forms.Form):
    """A kind of help that they asked for in a message or on the phone."""

    kind = select(_("They asked for"), [CHOOSE, *choices_of(HelpKind)], required=True)


class OfferForm(forms.Form):
    """What was offered, in the worker's words."""

    words = text(_("What we offer"), rows=2, help_text=_("Among staff."), most=LONGEST_REASON)


class EndForm(forms.Form):
    """What came of help, as the worker sees it."""

    state = select(
        _("What came of it"),
        [CHOOSE, *(each for each in choices_of(HelpState) if each[0] in HELP_ENDED)],
        required=True,
    )
    seen = select(
        _("Did it help, as you see it?"),
        [CHOOSE, *choices_of(Met)],
        required=True,
        help_text=_("They say it themselves on their page. Yours stands beside it, never instead."),
    )


class WatchForm(forms.Form):
    """Until which day a case is set aside."""

    review_on = day(_("Look again on"), required=True, missing=_("Enter a day such as 2026-11-24"))

    def clean_review_on(self) -> date:
        """A day to come, and not so late that everybody has forgotten it."""
        chosen: date = self.cleaned_data["review_on"]
        today = local_day(timezone.now())
        if not today < chosen <= today + WATCHED_MOST:
            last = write_day(today + WATCHED_MOST)
            raise forms.ValidationError(gettext("Choose a day after today and until %(last)s") % {"last": last})
        return chosen


class ReopenForm(forms.Form):
    """Why a closed case is taken up again."""

    why = choice(_("Why is it taken up again?"), choices_of(Reopening))
