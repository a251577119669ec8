"""What is typed about replies: the platform's words, and why staff send them back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.policy.statistics.rules.replies import REASON_MOST, WORDS_MOST


class ReplyForm(forms.Form):
    """What a platform says about its numbers."""

    words = forms.CharField(
        label=_("What you say about your numbers"),
        help_text=_(
            "At most 600 characters. Everybody can read it beside your numbers. Name nobody, and nothing by which a "
            "case could be recognised."
        ),
        max_length=WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Enter what you say about your numbers"),
            "max_length": _("Use at most 600 characters"),
        },
    )


class SendBackForm(forms.Form):
    """Why a reply is sent back."""

    reason = forms.CharField(
        label=_("Why it cannot be shown like this"),
        help_text=_("The platform reads this, and can reply anew."),
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Enter why it cannot be shown like this"),
            "max_length": _("Use at most 400 characters"),
        },
    )
