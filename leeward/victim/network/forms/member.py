"""What a member's workers choose."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, select, whole_number
from leeward.foundation.web.words import choices_of
from leeward.victim.network.models import MOST_DAYS, MOST_PLACES
from leeward.victim.network.rules.members import Said
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, FailedAs

CHOOSE = ("", _("Choose"))


class DeclineForm(forms.Form):
    """Why they cannot help."""

    reason = select(
        _("Why can you not help?"),
        [CHOOSE, *choices_of(DeclineReason)],
        required=True,
        help_text=_("The helpline reads it. The person is told that you cannot, and not why."),
    )


class FinishForm(forms.Form):
    """What came of it."""

    outcome = select(
        _("What came of it?"),
        [
            CHOOSE,
            (_("It is done"), choices_of(DoneAs)),  # type: ignore[list-item]  # a group of answers
            (_("It did not work"), choices_of(FailedAs)),  # type: ignore[list-item]
        ],
        required=True,
        help_text=_("The person says it for themselves. Yours stands beside it, never instead."),
    )

    @property
    def outcome_said(self) -> DoneAs | FailedAs:
        """What they say."""
        said = self.cleaned_data["outcome"]
        return DoneAs(said) if said in set(DoneAs) else FailedAs(said)


class RoomForm(forms.Form):
    """What a service says of its room, with numbers if they want to."""

    said = choice(_("Room"), choices_of(Said))
    places = whole_number(
        _("Places that are free"), least=0, most=MOST_PLACES, wrong=_("Enter a whole number from 0 to 999")
    )
    wait_days = whole_number(_("Days to wait"), least=0, most=MOST_DAYS, wrong=_("Enter a whole number from 0 to 999"))
