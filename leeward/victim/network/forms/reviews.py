"""What a member says for people whom a path of harm concerns, who read its page."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Choices, choose_from, day, line, select, text
from leeward.victim.network.models import NAME_LENGTH

LONGEST_WORDS = 2_000


class PathAnswerForm(forms.Form):
    """What came of what they said."""

    words = text(
        _("What was the outcome?"),
        missing=_("Record the outcome"),
        most=LONGEST_WORDS,
        help_text=_("Everybody can read it below their words."),
    )


class PathReadForm(forms.Form):
    """Who read a page and what they say of it. `members`: those without accounts; None where a member says it."""

    people = line(
        _("Who read it?"),
        missing=_("Record who read it"),
        most=NAME_LENGTH,
        help_text=_(
            "Such as: five people who were outed, and two who advise them. Everybody can read this, so no names."
        ),
    )
    said = text(
        _("What do they say about it?"),
        rows=5,
        missing=_("Say what they say about it"),
        most=LONGEST_WORDS,
        help_text=_("What is right, what is missing, which word hurts, and what the law leaves out for them."),
    )
    review_on = day(_("Ask them again on"), required=True, missing=_("Enter the day"))

    def __init__(self, *args: Any, members: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members is not None:
            asked = select(gettext("Which member wrote this?"), required=True)
            asked.help_text = gettext("One without accounts. Members with accounts say it themselves.")
            self.fields = {"member": asked, **self.fields}
            choose_from(self, "member", [("", _("Choose")), *members])
