"""What a person can tell the helpline and choose. Every question says why it is asked, and may be left out."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone, write_weekday
from leeward.foundation.editing.fields import box
from leeward.foundation.web.easy import is_easy
from leeward.foundation.web.words import choices_of, word
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Knows, Need, Needs
from leeward.victim.helpline.errors import CallTimeRefused
from leeward.victim.helpline.queries.cases import HelpView
from leeward.victim.helpline.rules.calls import Window
from leeward.victim.helpline.rules.helps import HelpKind, Met
from leeward.victim.removals.forms.person.acts import WriteForm as DeskWriteForm
from leeward.victim.removals.forms.person.answers import CHOOSE, line, one_of, some_of, words
from leeward.victim.removals.forms.person.answers import HarmForm as DeskHarmForm

LONGEST_WISH = 1_000
LEAST_DIGITS = 3
MET_LABELS = {
    Met.YES: _("Yes"),
    Met.PARTLY: _("Partly"),
    Met.NO: _("No"),
    Met.SKIPPED: _("I would rather not say"),
}


def _clock(**options: Any) -> forms.TypedChoiceField:
    halves = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    return forms.TypedChoiceField(
        choices=[("", _("Choose")), *((f"{each:%H:%M}", f"{each:%H:%M}") for each in halves)],
        coerce=time.fromisoformat,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
        **options,
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
        label=_("How should we treat you?"),
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

    @classmethod
    def of(cls, needs: Needs) -> "NeedsForm":
        """The form with what she said before; whoever reads easier pages finds that wish ticked, and may untick it."""
        ticked = dict.fromkeys([*needs.ticked, *([Need.SIMPLE] if is_easy() else [])])
        initial = {"ticked": list(ticked), "knows": needs.knows, "words": needs.words}
        return cls(initial=initial)

    @property
    def needs(self) -> Needs:
        """What she wishes."""
        given = self.cleaned_data
        return Needs(ticked=tuple(given["ticked"]), knows=given["knows"], words=given["words"])


class WriteForm(DeskWriteForm):
    """A message to the helpline."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("Write to the helpline")


class WrongForm(WriteForm):
    """What went wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["words"]
        asked.label = _("What went wrong?")
        asked.help_text = _("As much or as little as you like. You do not have to say who it was.")


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


class MetForm(forms.Form):
    """Whether each thing that has ended helped, in her word. What is left out stays as it was; not to say is a word."""

    def __init__(self, *args: Any, helps: Iterable[HelpView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in helps:
            self.fields[f"met-{each.reference}"] = one_of(
                Met,
                skipped=None,
                label=word(each.kind),
                choices=[(met, MET_LABELS[met]) for met in Met],
                initial=each.met,
            )

    @property
    def said(self) -> dict[uuid.UUID, Met]:
        """What she said of each."""
        given = self.cleaned_data.items()
        return {uuid.UUID(name.removeprefix("met-")): met for name, met in given if met is not None}


class CountedForm(forms.Form):
    """Her yes to being counted; nothing is ticked for her."""

    statistics = box(
        _("Yes, count me in the yearly numbers"),
        help_text=_("Only numbers, never anything that could point to you. We help you just as much if you say no."),
    )


class AskForm(forms.Form):
    """What she would like help with."""

    kinds = some_of(
        HelpKind,
        label=_("What can we help you with?"),
        help_text=_("We ask so that the right person starts on it. Tick what you need. You can ask again."),
        choices=choices_of(HelpKind),
    )


class CallForm(forms.Form):
    """When she may be called, on which number, and how we know each other."""

    day = forms.ChoiceField(label=_("On which day?"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})
    begin = _clock(label=_("From"))
    end = _clock(label=_("Until"), help_text=_("At least half an hour later."))
    phone = line(label=_("Phone number"), help_text=_("One that nobody else answers."))
    may_leave_message = box(_("You may leave a message"))
    name = line(label=_("What may we call you?"), help_text=_("Any name. It does not have to be yours."))
    safe_word = line(
        label=_("A word that only you and we know"),
        help_text=_("We say it first, so that you know it is us. You say it, so that we know it is you."),
    )

    def __init__(self, *args: Any, days: Iterable[date], **kwargs: Any) -> None:
        """`days`: on which there is a time that is good for both."""
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose")), *((day.isoformat(), write_weekday(day)) for day in days)]
        self.fields["day"].choices = choices  # type: ignore[attr-defined]  # it is a choice field

    @classmethod
    def of(cls, contact: Contact, *, days: Iterable[date]) -> "CallForm":
        """The form with what she said before of how she is reached."""
        told = {name: getattr(contact, name) for name in ("phone", "may_leave_message", "name", "safe_word")}
        return cls(initial=told, days=days)

    def clean(self) -> dict[str, object]:
        """A call needs a number, and a time that ends after it begins."""
        given = super().clean() or {}
        if sum(sign.isdigit() for sign in str(given.get("phone") or "")) < LEAST_DIGITS and "phone" not in self.errors:
            self.add_error("phone", _("There is no phone number. Type it, or go back."))
        begin, end = given.get("begin"), given.get("end")
        if isinstance(begin, time) and isinstance(end, time) and end <= begin:
            self.add_error("end", _("Choose a time that is later than the first."))
        return given

    @property
    def window(self) -> Window:
        """The time, by the nation's clock."""
        day, given, zone = date.fromisoformat(self.cleaned_data["day"]), self.cleaned_data, nation_zone()
        begin, end = (datetime.combine(day, given[name], zone) for name in ("begin", "end"))
        return Window(begin=begin, end=end)

    def contact(self, before: Contact) -> Contact:
        """How she is reached from now on: what she had said besides the call stays."""
        given = self.cleaned_data
        told = {name: given[name] for name in ("phone", "may_leave_message", "name", "safe_word")}
        return replace(before, **told)

    def refuse(self, error: CallTimeRefused) -> None:
        """Say why this time is none for a call, and which is the nearest that is."""
        words = [gettext(error.reason)]
        if error.nearest is not None:
            begin, end = (each.astimezone(nation_zone()) for each in error.nearest)
            words.append(
                gettext("The nearest time that we can offer: %(day)s, %(begin)s to %(end)s.")
                % {"day": write_weekday(begin), "begin": f"{begin:%H:%M}", "end": f"{end:%H:%M}"}
            )
        self.add_error("begin", " ".join(words))
