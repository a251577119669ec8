"""What a person can tell the helpline and choose. Every question says why it is asked, and may be left out."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box
from leeward.foundation.web.words import choices_of, word
from leeward.victim.file.rules.needs import Knows, Need, Needs
from leeward.victim.helpline.queries.cases import HelpView
from leeward.victim.helpline.rules.helps import Met
from leeward.victim.portal.forms import CHOOSE_ONE, AgeForm
from leeward.victim.removals.forms.person.answers import HarmForm as DeskHarmForm
from leeward.victim.removals.forms.person.answers import one_of, some_of, words

LONGEST_MESSAGE = 5_000
LONGEST_WISH = 1_000
MET_LABELS = {
    Met.YES: _("Yes"),
    Met.PARTLY: _("Partly"),
    Met.NO: _("No"),
    Met.SKIPPED: _("I would rather not say"),
}


class SafeForm(forms.Form):
    """Can she read and write here now without somebody seeing it?"""

    is_safe = forms.TypedChoiceField(
        label=_("Is it safe for you to read and write here now?"),
        help_text=_("We ask because someone could look over your shoulder, or look at this phone later."),
        choices=[("yes", _("Yes, it is safe")), ("no", _("No, or I am not sure"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )


class TalkAgeForm(AgeForm):
    """Is she 18 or over, and was everybody in the pictures?"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["everyone_adult"]
        asked.label = _("Are you 18 or over? And everyone in the pictures too?")
        asked.help_text = _(
            "For pictures, the age when they were taken counts. No pictures? Then answer for yourself. We ask because "
            "anyone under 18 has their own, stronger way."
        )


class HarmForm(DeskHarmForm):
    """What is happening, as the desk asks it too, and why the helpline asks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["harm"].help_text = _("Choose what fits best. We ask so that the right person answers you.")


class NeedsForm(forms.Form):
    """How she wishes to be treated, and who may know; the narrowest is ticked for her."""

    ticked = some_of(
        Need,
        label=_("How shall we treat you?"),
        help_text=_("We ask so that we do not hurt you by mistake. Tick what you wish, or nothing. Nobody asks why."),
        choices=choices_of(Need),
    )
    words = words(
        rows=3,
        longest=LONGEST_WISH,
        label=_("Do you want to say more about it?"),
        help_text=_("For example: which language, which person, which days."),
    )
    knows = one_of(
        Knows,
        skipped=Knows.HELPLINE,
        label=_("Who may know this?"),
        choices=choices_of(Knows),
    )

    def __init__(self, *args: Any, is_short: bool = False, **kwargs: Any) -> None:
        """`is_short`: before anything is kept there is no room for her words; she can add them later."""
        super().__init__(*args, **kwargs)
        if is_short:
            del self.fields["words"]

    @classmethod
    def of(cls, needs: Needs, *, is_short: bool = False) -> "NeedsForm":
        """The form with what she said before."""
        initial = {"ticked": list(needs.ticked), "knows": needs.knows, "words": needs.words}
        return cls(initial=initial, is_short=is_short)

    @property
    def needs(self) -> Needs:
        """What she wishes."""
        given = self.cleaned_data
        return Needs(ticked=tuple(given["ticked"]), knows=given["knows"], words=given.get("words", ""))


class WriteForm(forms.Form):
    """A message to the helpline. The page's own `mark` makes of two presses one message."""

    mark = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = words(
        rows=5,
        longest=LONGEST_MESSAGE,
        missing=_("Write something first."),
        label=_("Write to the helpline"),
        help_text=_("You read the answer here, with your code. Its words are never sent to you."),
    )

    @classmethod
    def empty(cls) -> "WriteForm":
        """A form that nobody has used."""
        return cls(initial={"mark": uuid.uuid4()})

    @property
    def reference(self) -> uuid.UUID:
        """One name for these words from this page; who changes them and sends again writes another message."""
        mark = self.cleaned_data["mark"] or uuid.uuid4()
        return uuid.uuid5(mark, self.cleaned_data["words"])


class FirstWordsForm(WriteForm):
    """What she wants to say first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["words"]
        asked.label = _("What do you want to tell us first?")
        asked.help_text = _(
            "As much or as little as you like. One sentence is enough. Only you and the helpline can read it. You do "
            "not have to describe the picture."
        )


class TakeOutForm(forms.Form):
    """Which message of hers is taken out, and whether she has said that she is sure."""

    message = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class MetForm(forms.Form):
    """Whether each thing that has ended helped, in her word; what is left out stays not said."""

    def __init__(self, *args: Any, helps: Iterable[HelpView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in helps:
            self.fields[f"met-{each.reference}"] = one_of(
                Met,
                skipped=Met.SKIPPED,
                label=word(each.kind),
                choices=[(met, MET_LABELS[met]) for met in Met],
                initial=each.met,
            )

    @property
    def said(self) -> dict[uuid.UUID, Met]:
        """What she said of each."""
        return {uuid.UUID(name.removeprefix("met-")): met for name, met in self.cleaned_data.items()}


class CountedForm(forms.Form):
    """Her yes to being counted; nothing is ticked for her."""

    statistics = box(
        _("Yes, count me in the yearly numbers"),
        help_text=_("Only numbers, never anything that could be you. We help you just as much without it."),
    )
