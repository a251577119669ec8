"""What a practitioner chooses to prepare a referral: for what, whom in which order, and which texts each gets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import (
    OnceForm,
    Words,
    WordsForm,
    box,
    choose_from,
    day,
    select,
    several,
    text,
)
from leeward.foundation.web.words import choices_of, word
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.offers import offers_of
from leeward.victim.network.errors import WhyNot
from leeward.victim.network.operations.referrals import Draft, Receiver
from leeward.victim.network.queries.members import known_languages
from leeward.victim.network.rules.members import Kind, Proposed, Wish, fears_of
from leeward.victim.network.rules.releases import TEXT_LIMIT, Release, ReleaseField, usual_end

CHOOSE = ("", _("Choose"))
ANY = ("", _("Any"))
NOBODY = ("", _("Nobody"))
PLACES: Mapping[str, Words] = {
    "first": _("Who is asked first?"),
    "second": _("Who is asked next?"),
    "third": _("And then?"),
}
# What speaks against somebody and can be overruled once the person has read it.
CAN_BE_READ = frozenset({WhyNot.FULL, WhyNot.UNTRAINED, WhyNot.PASSES_ON, WhyNot.LOCAL})


class WishForm(forms.Form):
    """What is looked for."""

    kind = select(_("What do they need?"), [CHOOSE, *choices_of(Kind)], missing=_("Choose what they need"))
    area = select(
        _("Where?"),
        help_text=_("The areas in which members work. Members that work everywhere are found in each of them."),
    )
    language = select(_("In which language?"))
    is_urgent = box(
        _("It is urgent"),
        help_text=_("They answer within 4 open hours at most instead of 2 open days, and begin on the next open day."),
    )

    def __init__(self, *args: Any, areas: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "area", [ANY, *areas.items()])
        choose_from(self, "language", [ANY, *known_languages().items()])

    def wish(self, needs: Collection[Need]) -> Wish:
        """The wish. `needs`: how the person wishes to be treated, which says whom they fear and who fits."""
        given = self.cleaned_data
        return Wish(
            kind=Kind(given["kind"]),
            area=given["area"],
            language=given["language"],
            fears=fears_of(needs),
            offers=offers_of(needs),
        )


class ReceiversForm(forms.Form):
    """Up to three, in the person's order."""

    first = select(PLACES["first"], missing=_("Choose who is asked first"))
    second = select(PLACES["second"])
    third = select(PLACES["third"])

    def __init__(
        self, *args: Any, proposed: Sequence[Proposed], ages: Mapping[UUID, str] | None = None, **kwargs: Any
    ) -> None:
        """`ages`: by service, when it said whether it has room."""
        super().__init__(*args, **kwargs)
        self.proposed = {str(each.candidate.service): each for each in proposed if set(each.why_not) <= CAN_BE_READ}
        choices = [(service, _name(each, ages or {})) for service, each in self.proposed.items()]
        choose_from(self, "first", [CHOOSE, *choices])
        choose_from(self, "second", [NOBODY, *choices])
        choose_from(self, "third", [NOBODY, *choices])

    def clean(self) -> None:
        """Each is asked once: two services of one member hold one key."""
        super().clean()
        given = self.cleaned_data
        members = [self.proposed[given[place]].candidate.member for place in PLACES if given.get(place)]
        if len(set(members)) < len(members):
            self.add_error("first", gettext("Name each organisation once."))

    @property
    def named(self) -> tuple[Proposed, ...]:
        """Who is to be asked, in order."""
        return tuple(self.proposed[self.cleaned_data[place]] for place in PLACES if self.cleaned_data[place])


class TextsForm(OnceForm):
    """What is passed on, once for all, and who gets it. Nothing is ticked beforehand."""

    of_each: tuple[str, ...] = ("text", "to")

    def __init__(
        self,
        *args: Any,
        named: Sequence[Proposed],
        known: Mapping[ReleaseField, str] | None = None,
        offered: Sequence[ReleaseField] = tuple(ReleaseField),
        **kwargs: Any,
    ) -> None:
        """`known`: what the case knows, by what it is. `offered`: what may be passed on."""
        super().__init__(*args, **kwargs)
        self.named, self.offered = named, offered
        self.known = known or {}
        choices = [(str(each.candidate.service), each.candidate.name) for each in named]
        for field in offered:
            self.fields[f"text-{field}"] = text(word(field), rows=3, most=TEXT_LIMIT)
            self.fields[f"to-{field}"] = several(gettext("Who gets “%(what)s”?") % {"what": word(field)}, choices)
            self.initial.setdefault(f"text-{field}", self.known.get(field, ""))
        self.fields["until"] = day(
            _("Until which day may they read it?"),
            required=True,
            missing=_("Enter the last day on which they may read it"),
        )
        today = local_day(timezone.now())
        self.initial.setdefault("until", usual_end(today, receivers=len(named)))

    def parts(self, *, known: bool) -> Iterator[forms.BoundField]:
        """The field of each text and those that belong to it: texts that the case knows, or the others."""
        for field in self.offered:
            if bool(self.initial.get(f"text-{field}")) is known:
                yield from (self[f"{part}-{field}"] for part in self.of_each)

    def clean(self) -> None:
        """Whoever is asked gets something, and nobody gets an empty text."""
        super().clean()
        given = self.cleaned_data
        for field in self.offered:
            if given.get(f"to-{field}") and not given.get(f"text-{field}", "").strip():
                self.add_error(f"text-{field}", gettext("Write something, or tick nobody for it."))
        for each in self.named:
            if not any(str(each.candidate.service) in given.get(f"to-{field}", ()) for field in self.offered):
                wrong = gettext("%(name)s gets nothing. Tick what they need to know.") % {"name": each.candidate.name}
                self.add_error(f"to-{self.offered[0]}", wrong)

    def draft(self, wish: Wish, *, is_urgent: bool) -> Draft:
        """The referral. What speaks against somebody is read by the person on their page, before the yes."""
        receivers = [
            Receiver(
                service=each.candidate.service,
                release=self._release(each.candidate.service),
                knows=frozenset(each.why_not),
            )
            for each in self.named
        ]
        return Draft(wish=wish, receivers=receivers, until=self.cleaned_data["until"], is_urgent=is_urgent)

    def _release(self, service: UUID) -> Release:
        given = self.cleaned_data
        texts = {field: given[f"text-{field}"] for field in self.offered if str(service) in given[f"to-{field}"]}
        return Release(texts=texts)


def yes_form(data: Any = None) -> WordsForm:
    """What the person said when they said yes by voice."""
    label = _("What did they say, word for word?")
    hint = _(
        "First read everything on this page to them, including what each must pass on by law. You heard them say yes."
    )
    return WordsForm(data, label=label, hint=hint, auto_id="yes_%s", initial=WordsForm.fresh())


def _name(each: Proposed, ages: Mapping[UUID, str]) -> str:
    age = ages.get(each.candidate.service, "")
    room = f"{word(each.candidate.room)}, {age}" if age else word(each.candidate.room)
    return " · ".join([each.candidate.name, room, *(word(why) for why in each.why_not)])
