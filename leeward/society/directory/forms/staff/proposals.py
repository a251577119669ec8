"""What an editor says to an owner's proposal: which fields she takes, and in which words."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, line, text
from leeward.society.directory.rules.columns import Kind, columns_of
from leeward.society.directory.rules.history import FieldChange
from leeward.society.directory.rules.proposals import LISTS, TEXTS, OwnerChange
from leeward.society.directory.rules.records import ServiceRecord
from leeward.society.directory.words import field_name


class AmendForm(forms.Form):
    """A tick for every field that would change, and a box for those that are words."""

    use_required_attribute = False

    def __init__(self, *args: Any, changes: Sequence[FieldChange], proposed: OwnerChange, **options: Any) -> None:
        super().__init__(*args, **options)
        self._proposed = proposed
        self.names = tuple(dict.fromkeys(change.field for change in changes))
        for name in self.names:
            self.fields[f"take_{name}"] = box(_("Take this over"))
            self.initial[f"take_{name}"] = True
            if name in TEXTS:
                make = text if columns_of(ServiceRecord)[name].kind is Kind.LONG else line
                self.fields[f"text_{name}"] = make(field_name(name))
                self.initial[f"text_{name}"] = getattr(proposed, name)

    def clean(self) -> dict[str, Any]:
        """Something is taken: to take nothing is to reject."""
        typed = super().clean() or {}
        if not any(typed.get(f"take_{name}") for name in self.names):
            self.add_error(None, _("Take at least one of the changes, or reject the proposal"))
        return typed

    def amended(self) -> OwnerChange:
        """The proposal with the editor's words, without what she does not take."""
        values: dict[str, Any] = {}
        for name in self.names:
            if not self.cleaned_data[f"take_{name}"]:
                values |= _left_out(name)
            elif name in TEXTS:
                values[name] = self.cleaned_data[f"text_{name}"]
        return dataclasses.replace(self._proposed, **values)


def _left_out(name: str) -> dict[str, Any]:
    """The values of a change that leave a field as it is."""
    if name == "terms":
        return {"terms_added": (), "terms_dropped": ()}
    if name == "address":
        return {"addresses": ()}
    return {name: None} if name in (*TEXTS, *LISTS, "ages") else {}
