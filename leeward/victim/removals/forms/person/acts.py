"""What a person can decide and write beside the questions."""

import uuid
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box
from leeward.victim.portal.forms import CHOOSE_ONE
from leeward.victim.removals.forms.person.answers import words
from leeward.victim.removals.rules.reports import Consents

LONGEST_MESSAGE = 5_000
LONGEST_APPEAL = 2_000


class AgreeForm(forms.Form):
    """Her yes to the desk's writing for her, before she hands in; neither answer is chosen for her."""

    agrees = forms.TypedChoiceField(
        label=_("May we write to the sites for you?"),
        help_text=_("We write in our name, not yours. The sites do not learn from us who you are."),
        choices=[("yes", _("Yes, write to them for me")), ("no", _("No, not now"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )


class ConsentsForm(forms.Form):
    """What she agrees to, each apart; nothing is ticked for her."""

    notices = box(
        _("Yes, write to the sites for me"),
        help_text=_("Without this we send nothing. We never give them your name or what you told us: we sign for you."),
    )
    watching = box(
        _("Yes, look again later whether it comes back"),
        help_text=_("A computer opens the addresses from time to time. It keeps no picture."),
    )
    matches = box(
        _("Yes, act when a site finds one of my protected pictures"),
        help_text=_(
            "If a site says that it found one of them, we ask it to take it down. You do not have to tell us. "
            "For this we note, sealed, that the pictures and this report belong together. If you say no, nobody can "
            "know that."
        ),
    )
    statistics = box(
        _("Yes, count my report in the yearly numbers"),
        help_text=_("Only numbers, never anything that could point to you. We help you just as much if you say no."),
    )

    def __init__(self, *args: Any, has_pictures: bool = False, **kwargs: Any) -> None:
        """`has_pictures`: whether there are any that platforms look for; without, nothing is asked about them."""
        super().__init__(*args, **kwargs)
        if not has_pictures:
            del self.fields["matches"]

    @classmethod
    def of(cls, consents: Consents, *, has_pictures: bool = False) -> "ConsentsForm":
        """The form with what holds now."""
        held = {name: getattr(consents, name) for name in cls.base_fields}
        return cls(initial=held, has_pictures=has_pictures)

    @property
    def consents(self) -> Consents:
        """What she agrees to."""
        return Consents(**self.cleaned_data)


class WriteForm(forms.Form):
    """A message to the desk. The page's own `mark` makes of two presses one message."""

    mark = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = words(
        rows=5,
        longest=LONGEST_MESSAGE,
        missing=_("Write something first."),
        label=_("Write to the desk"),
        help_text=_("You read the answer here, with your code. Its words are never sent to you."),
    )

    @classmethod
    def empty(cls) -> Self:
        """A form that nobody has used."""
        return cls(initial={"mark": uuid.uuid4()})

    @property
    def reference(self) -> uuid.UUID:
        """One name for these words from this page; who changes them and sends again writes another message."""
        mark = self.cleaned_data["mark"] or uuid.uuid4()
        return uuid.uuid5(mark, self.cleaned_data["words"])


class WordsForm(forms.Form):
    """Why an answer should be looked at again."""

    words = words(
        rows=5,
        longest=LONGEST_APPEAL,
        label=_("Why should they look again?"),
        help_text=_(
            "The site reads this, so leave out names and anything that shows who you are. You can also leave it empty: "
            "then we just ask for another look."
        ),
    )
