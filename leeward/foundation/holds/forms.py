"""What somebody types to hold a record, and to lift a hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import day, line
from leeward.foundation.holds.models import REASON_LENGTH


class HoldForm(forms.Form):
    """Why, and until when."""

    reason = line(
        _("Why must it be kept?"),
        missing=_("Say which proceedings or inquiry needs it"),
        most=REASON_LENGTH,
        help_text=_("Which proceedings or inquiry needs it, by its number. Name nobody."),
    )
    until = day(
        _("Until which day, at the latest?"),
        required=True,
        help_text=_("At most a year ahead. A month before it is over, it is asked whether it must still be kept."),
    )


class LiftForm(forms.Form):
    """Why it need not be kept any more."""

    reason = line(
        _("Why need it not be kept any more?"),
        missing=_("Say in one sentence why"),
        most=REASON_LENGTH,
        help_text=_("Name nobody."),
    )
