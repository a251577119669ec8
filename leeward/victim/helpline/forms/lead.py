"""What those who lead the helpline enter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import day, line, whole_number
from leeward.victim.helpline.models import SOURCE_LENGTH

MOST_HOURS = 10_000


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
