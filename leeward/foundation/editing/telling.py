"""The history in words: what was changed of which entry, field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.editing.changes import Kept
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.history import ShownChange
from leeward.foundation.labels import Labelled
from leeward.foundation.web.timeline import Entry, by_name
from leeward.foundation.web.words import word


@dataclass(frozen=True, kw_only=True)
class ToldField:
    """One field of a change, before ("" for a new entry) and after."""

    name: Words
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How an app tells its history: its own enums, labels of its fields, and those that are kept as codes.

    `names` are what entries are called, by their references; they are asked for only where something was changed.
    """

    kinds: type[Labelled]
    verbs: type[Labelled]
    labels: Mapping[str, Words]
    names: Callable[[], Mapping[str, str]]
    codes: Mapping[str, type[Labelled]] = field(default_factory=dict)

    def tell(self, changes: Sequence[ShownChange]) -> tuple[Entry, ...]:
        """Return lines of the history as entries of a timeline, with the fields that changed."""
        names = self.names() if changes else {}
        people = names_of(each.made_by for each in changes)
        return tuple(
            Entry(
                at=each.made_at,
                who=by_name(people.get(each.made_by)),
                what=self._what(each, names.get(str(each.reference), "")),
                about=tuple(
                    ToldField(
                        name=self.labels.get(name, name),
                        before=self._said(each.before.get(name), name, names) if each.before else "",
                        after=self._said(each.after.get(name), name, names),
                    )
                    for name in {**each.before, **each.after}
                ),
            )
            for each in changes
        )

    def _what(self, change: ShownChange, name: str) -> str:
        entry = f"{word(self.kinds(change.kind))} {name}".rstrip()
        reason = f" – {change.reason}" if change.reason else ""
        return f"{entry}: {word(self.verbs(change.verb))}{reason}"

    def _said(self, value: Kept, name: str, names: Mapping[str, str]) -> str:
        if value is None or value in ("", [], {}):
            return "–"
        if value is True:
            return _("yes")
        if value is False:
            return _("no")
        if isinstance(value, dict):
            return "; ".join(f"{key}: {each}" for key, each in value.items())
        if isinstance(value, list):
            return ", ".join(self._said(each, name, names) for each in value)
        if name in self.codes and value in set(self.codes[name]):
            return word(self.codes[name](str(value)))
        return names.get(str(value), str(value))
