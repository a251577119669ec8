"""What the person, or who prepares a referral with them, changes in it and says of it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import DayField, OnceForm, box, choice, select, text
from leeward.foundation.web.words import choices_of, word
from leeward.victim.network.operations.reading import ReadReferral, ReadTurn
from leeward.victim.network.operations.referrals import NEVER, Draft, Receiver
from leeward.victim.network.rules.members import Wish
from leeward.victim.network.rules.releases import TEXT_LIMIT, Release, ReleaseField
from leeward.victim.network.rules.turns import InTouch, ToldAgain

PLACES = (("1", _("First")), ("2", _("Second")), ("3", _("Third")))
NOT_ASKED = ("", _("They are not asked"))
LONGEST_ANSWER = 5_000


class ChangeForm(forms.Form):
    """In which order who is asked, and which text each gets; what is unticked is not passed on."""

    def __init__(self, *args: Any, found: ReadReferral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for number, turn in enumerate(found.turns):
            about = {"name": turn.line.name}
            self.fields[f"place-{number}"] = select(
                gettext("When is %(name)s asked?") % about, [*PLACES[: len(found.turns)], NOT_ASKED]
            )
            self.initial.setdefault(f"place-{number}", str(turn.line.position))
            for field, words in turn.release.texts.items():
                said = about | {"what": word(field)}
                self.fields[f"keep-{number}-{field}"] = box(gettext("%(name)s gets: %(what)s") % said)
                self.fields[f"text-{number}-{field}"] = text(
                    gettext("%(what)s, for %(name)s") % said, rows=3, most=TEXT_LIMIT
                )
                self.initial.setdefault(f"keep-{number}-{field}", True)
                self.initial.setdefault(f"text-{number}-{field}", words)
        self.fields["until"] = DayField(
            label=_("Until which day may they read it?"),
            required=True,
            missing=_("Enter the last day on which they may read it"),
        )
        self.initial.setdefault("until", found.line.until)

    def parts(self) -> Iterator[tuple[ReadTurn, forms.BoundField, list[forms.BoundField]]]:
        """Each turn with the field of its place and those of its texts."""
        for number, turn in enumerate(self.found.turns):
            names = [f"{kind}-{number}-{field}" for field in turn.release.texts for kind in ("keep", "text")]
            yield turn, self[f"place-{number}"], [self[name] for name in names]

    def clean(self) -> None:
        """Somebody is asked, each in a place of their own; who is asked gets something, and no text is empty."""
        super().clean()
        given = self.cleaned_data
        places = [given.get(f"place-{number}", "") for number in range(len(self.found.turns))]
        named = [place for place in places if place]
        if len(set(named)) < len(named):
            self.add_error("place-0", gettext("Give each of them a place of its own."))
        if not named:
            self.add_error("place-0", gettext("Somebody must be asked. To pass nothing on, go back and stop it."))
        for number, turn in enumerate(self.found.turns):
            kept = [field for field in turn.release.texts if given.get(f"keep-{number}-{field}")]
            if places[number] and not kept:
                wrong = gettext("Tick what they get, or do not ask them.")
                self.add_error(f"place-{number}", wrong)
            for field in kept:
                name = f"text-{number}-{field}"
                if name in given and not given[name].strip():
                    self.add_error(name, gettext("Write something, or untick it."))

    @property
    def draft(self) -> Draft:
        """The referral as it is from now on. What speaks against somebody stands on the page: they have read it."""
        given, line = self.cleaned_data, self.found.line
        receivers = [
            (
                given[f"place-{number}"],
                Receiver(
                    service=turn.line.service,
                    release=self._release(number, turn),
                    knows=frozenset(turn.why_not) - NEVER,
                ),
            )
            for number, turn in enumerate(self.found.turns)
            if given[f"place-{number}"]
        ]
        ordered = [receiver for _place, receiver in sorted(receivers, key=lambda pair: str(pair[0]))]
        return Draft(wish=Wish(kind=line.kind), receivers=ordered, until=given["until"], is_urgent=line.is_urgent)

    def _release(self, number: int, turn: ReadTurn) -> Release:
        given = self.cleaned_data
        texts = {
            ReleaseField(field): given[f"text-{number}-{field}"]
            for field in turn.release.texts
            if given[f"keep-{number}-{field}"]
        }
        return Release(texts=texts)


class ReplyForm(OnceForm):
    """The answer to what a receiver asked."""

    words = text(
        _("Your answer"),
        rows=4,
        missing=_("Write something first"),
        most=LONGEST_ANSWER,
        help_text=_("They read it word for word."),
    )


class OutcomeForm(forms.Form):
    """What came of it, in the person's word; it may be changed."""

    in_touch = choice(_("Did they get in touch?"), choices_of(InTouch))
    told_again = forms.ChoiceField(
        label=_("Did you have to tell it again?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[*choices_of(ToldAgain), ("", _("I would rather not say"))],
        error_messages={"invalid_choice": gettext_lazy("Choose one answer")},
    )
