"""What is typed about replies: the platform's words, and why staff send them back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import text
from leeward.policy.statistics.rules.replies import REASON_MOST, WORDS_MOST


class ReplyForm(forms.Form):
    """What a platform says about its numbers."""

    words = text(
        _("What you say about your numbers"),
        most=WORDS_MOST,
        rows=6,
        missing=_("Enter what you say about your numbers"),
        help_text=_(
            "At most 600 characters. Everybody can read it beside your numbers. Name nobody, and nothing by which a "
            "case could be recognised."
        ),
    )


class SendBackForm(forms.Form):
    """Why a reply is sent back."""

    reason = text(
        _("Why it cannot be shown like this"),
        most=REASON_MOST,
        rows=3,
        missing=_("Enter why it cannot be shown like this"),
        help_text=_("The platform reads this, and can reply anew."),
    )
