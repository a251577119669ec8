"""What exchange officers type on a platform's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 250


class SuspensionForm(forms.Form):
    """Why the feed is closed to a platform; the platform reads this too."""

    reason = forms.CharField(
        label=_("Why the feed is closed"),
        help_text=_("The platform reads this with every refusal. Name no person and no picture."),
        max_length=REASON_LENGTH,
        error_messages={"required": _("Enter a reason")},
    )
