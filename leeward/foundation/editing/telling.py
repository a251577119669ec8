"""The history in words: what was changed of which entry, field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.editing.changes import Kept
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.history import ShownChange
from leeward.foundation.labels import Labelled
from leeward.foundation.web.words import word


@dataclass(frozen=True, kw_only=True)
class ToldField:
    """One field of a change, before and after."""

    name: Words
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ToldChange:
    """One line of the history; `what` is what its entry is called, "" where it has no name of its own.

    `who` is the name of the member of staff who made the change, "" where none did.
    """

    change: ShownChange
    kind: Labelled
    verb: Labelled
    what: str
    who: str
    fields: tuple[ToldField, ...]


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

    def tell(self, changes: Sequence[ShownChange]) -> tuple[ToldChange, ...]:
        """Return lines of the history with their words."""
        names = self.names() if changes else {}
        people = names_of(each.made_by for each in changes)
        return tuple(
            ToldChange(
                change=each,
                kind=self.kinds(each.kind),
                verb=self.verbs(each.verb),
                what=names.get(str(each.reference), ""),
                who=people.get(each.made_by, ""),
                fields=tuple(
                    ToldField(
                        name=self.labels.get(name, name),
                        before=self._said(each.before.get(name), name, names),
                        after=self._said(each.after.get(name), name, names),
                    )
                    for name in {**each.before, **each.after}
                ),
            )
            for each in changes
        )

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
