"""What a person writes into their locker, and decides about it. Nothing must be filled in but something."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from leeward.foundation.editing.fields import DayField, OnceForm, line, select, text
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of, word
from leeward.victim.locker.queries.files import FileView
from leeward.victim.locker.queries.items import ItemLine
from leeward.victim.locker.rules.entries import LONGEST_WORDS, Entry, EntryKind
from leeward.victim.locker.rules.keeping import YEARS
from leeward.victim.locker.rules.packing import MOST_EXHIBITS
from leeward.victim.portal.forms import CHOOSE_ONE, AgainForm
from leeward.victim.portal.holders import Receiver
from leeward.victim.portal.rules.witness import Observed

LONGEST_LINE = 300
LONGEST_PART = 2_000
NUMBER = re.compile(r"\d{1,4}")
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
DAYS = (1, 7, 30, 90, 365)


class EntryForm(OnceForm):
    """One entry. What may be left out says so by standing in a part that opens."""

    words = text(_("What happened?"), help_text=_("In your own words. Short is fine."), rows=6, most=LONGEST_WORDS)
    kind = select(_("What kind of thing is it?"), choices_of(EntryKind), required=True)
    on = DayField(label=_("On which day was it?"), required=False)
    at = line(_("At what time?"), help_text=_("Such as 23:40."), most=5, inputmode="numeric", dir="ltr")
    about = line(_("Or about when?"), help_text=_("For example: last spring, or every Sunday."), most=LONGEST_LINE)
    platform = line(_("Site or app"), most=LONGEST_LINE)
    handle = line(_("Name of the account"), most=LONGEST_LINE, dir="auto")
    address = line(_("Link"), most=LONGEST_PART, dir="ltr", inputmode="url", spellcheck="false")
    suspects = text(_("Who do you think it was?"), rows=2, most=LONGEST_PART)
    witnesses = text(_("Who else saw it?"), rows=2, most=LONGEST_PART)
    told = text(_("Who did you tell, and when?"), rows=2, most=LONGEST_PART)
    effect = text(_("What did it do to you?"), rows=3, most=LONGEST_PART)
    captured = line(_("When did you take it?"), most=LONGEST_LINE)
    device = line(_("On what device?"), help_text=_("For example: my phone, a friend’s computer."), most=LONGEST_LINE)

    @classmethod
    def of(cls, entry: Entry | None = None) -> "EntryForm":
        """The form with what an entry says; empty for a new one."""
        known = {each.name: getattr(entry, each.name) for each in fields(Entry)} if entry else {}
        return cls(initial={"kind": EntryKind.OTHER, **cls.fresh(), **known})

    def clean_at(self) -> str:
        """The time in one way of writing it."""
        typed: str = self.cleaned_data["at"].strip()
        found = CLOCK.fullmatch(typed)
        if typed and not found:
            raise forms.ValidationError(_("Type the time such as 23:40"))
        return f"{int(found[1]):02}:{found[2]}" if found else ""

    def clean(self) -> None:
        """Something must stand there."""
        super().clean()
        if not self.errors and not self.entry.says_something:
            self.add_error("words", _("Write something first"))

    @property
    def entry(self) -> Entry:
        """What was typed, as an entry."""
        return read_values(Entry, self.cleaned_data)

    @property
    def reference(self) -> uuid.UUID:
        """The reference of a new entry."""
        found: uuid.UUID = self.cleaned_data["once"]
        return found


class YearsForm(forms.Form):
    """How long is it kept?"""

    years = forms.TypedChoiceField(
        label=_("How long shall we keep it?"),
        help_text=_("It counts from the last time that you were here."),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(each, ngettext("%(num)d year", "%(num)d years", each) % {"num": each}) for each in YEARS]
        self.fields["years"].choices = words  # type: ignore[attr-defined]  # it is a choice field


class ShowForm(AgainForm):
    """To whom is it shown, and for how long?"""

    team = forms.ChoiceField(
        label=_("Who may read this entry?"),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        initial=30,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )
    with_files = forms.BooleanField(
        label=_("They may look at its files too"),
        help_text=_("Services and the police see your words. They see no file of this entry unless you tick this."),
        required=False,
    )
    field_order = ("team", "days", "with_files", "numbers")

    def __init__(self, *args: Any, teams: tuple[Receiver, ...], has_views: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ours = {each.team for each in teams if each.is_ours}
        if not has_views or len(self._ours) == len(teams):
            del self.fields["with_files"]
        words = [(each, ngettext("%(num)d day", "%(num)d days", each) % {"num": each}) for each in DAYS]
        self.fields["days"].choices = words  # type: ignore[attr-defined]  # it is a choice field
        self.fields["team"].choices = [(each.team, _(each.who) if each.is_ours else each.who) for each in teams]  # type: ignore[attr-defined]  # as above

    @property
    def shows_files(self) -> bool:
        """Whether the files go along: always to a team of ours, and to a service where its person ticked it."""
        return self.cleaned_data["team"] in self._ours or bool(self.cleaned_data.get("with_files"))


class TakeForm(forms.Form):
    """Which entries are taken out, which comes first, and which of their files go along?

    `keeps_back`: whether there are files that cannot, since they are for their owner alone. A device without JavaScript
    can put no file in, so its page sends none.
    """

    entries = forms.MultipleChoiceField(
        label=_("What do you want to take out?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one entry"),
            "invalid_choice": _("An entry is not there any more. Choose again."),
        },
    )
    order = line(
        _("Which comes first?"),
        help_text=_("Type the numbers in your order, such as 3, 1, 2. Leave it empty to keep the order above."),
        most=LONGEST_PART,
        inputmode="numeric",
        dir="ltr",
    )
    along = forms.MultipleChoiceField(
        label=_("Which files go with them?"),
        help_text=_("Files of an entry that you do not take out are left out too."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("A file is not there any more. Choose again.")},
    )

    seen = forms.TypedMultipleChoiceField(
        label=_("Of which addresses?"),
        help_text=_("The file then names the addresses that you tick. We do not add any ourselves."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("An address is not there any more. Choose again.")},
    )

    def __init__(
        self,
        *args: Any,
        items: Sequence[ItemLine],
        files: Mapping[uuid.UUID, Sequence[FileView]],
        places: Sequence[Observed] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].choices = [  # type: ignore[attr-defined]  # it is a choice field
            (each.number, f"{each.number}: \u2068{each.address}\u2069") for each in places
        ]
        self._by_number = {str(each.ordinal): each.reference for each in items}
        self.fields["entries"].choices = [  # type: ignore[attr-defined]  # it is a choice field
            (
                str(each.ordinal),
                _("Entry %(number)s: %(title)s") % {"number": each.ordinal, "title": word(each.entry.kind)},
            )
            for each in items
        ]
        self.initial.setdefault("entries", list(self._by_number))
        numbered = [(each, place, file) for each in items for place, file in enumerate(files[each.reference], start=1)]
        shared = [found for found in numbered if found[2].kind.is_shared]
        self.keeps_back = len(shared) < len(numbered)
        self._by_name = {
            f"{each.ordinal}/{file.generation}": (each.reference, file.generation) for each, _place, file in shared
        }
        self.fields["along"].choices = [  # type: ignore[attr-defined]  # as above
            (f"{each.ordinal}/{file.generation}", _file_words(each.ordinal, place, file))
            for each, place, file in shared
        ]
        self.initial.setdefault("along", list(self._by_name) if len(self._by_name) <= MOST_EXHIBITS else [])

    def clean_order(self) -> list[str]:
        """The numbers of chosen entries, each once."""
        numbers = [str(int(each)) for each in NUMBER.findall(self.cleaned_data["order"])]
        for number in numbers:
            if number not in self.cleaned_data.get("entries", self._by_number):
                raise forms.ValidationError(_("You did not choose entry %(number)s"), params={"number": number})
        return numbers

    def clean_along(self) -> list[str]:
        """No more than a pack holds."""
        chosen: list[str] = self.cleaned_data["along"]
        if len(chosen) > MOST_EXHIBITS:
            told = {"most": MOST_EXHIBITS}
            raise forms.ValidationError(_("Choose %(most)s files at most. Take the others out afterwards"), params=told)
        return chosen

    @property
    def chosen_files(self) -> list[tuple[uuid.UUID, int]]:
        """The chosen files of chosen entries, each by its entry and its generation."""
        entries = set(self.in_order)
        return [file for name in self.cleaned_data["along"] if (file := self._by_name[name])[0] in entries]

    @property
    def in_order(self) -> list[uuid.UUID]:
        """The chosen entries: first those whose order was typed, then the others."""
        numbers = dict.fromkeys([*self.cleaned_data["order"], *self.cleaned_data["entries"]])
        return [self._by_number[number] for number in numbers]


def _file_words(entry: int, place: int, file: FileView) -> str:
    """What a file of an entry is called among those of all entries."""
    told = {"number": entry, "file": place, "kind": word(file.kind), "size": filesizeformat(file.size)}
    return _("Entry %(number)s, file %(file)s: %(kind)s, %(size)s") % told
