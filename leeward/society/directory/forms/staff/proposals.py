"""What an editor says to an owner's proposal: which fields she takes, and in which words."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, line, text
from leeward.society.directory.rules.columns import Kind, columns_of
from leeward.society.directory.rules.history import FieldChange
from leeward.society.directory.rules.proposals import NO_CHANGE, TEXTS, OwnerChange
from leeward.society.directory.rules.records import ServiceRecord
from leeward.society.directory.words import field_name

# The fields of a change that one line of it stands for, where they have other names.
PARTS_OF = {"terms": ("terms_added", "terms_dropped"), "address": ("addresses",)}


class AmendForm(forms.Form):
    """A tick for every field that would change, and a box for those that are words."""

    use_required_attribute = False

    def __init__(self, *args: Any, changes: Sequence[FieldChange], proposed: OwnerChange, **options: Any) -> None:
        super().__init__(*args, **options)
        self._proposed = proposed
        self.names = tuple(dict.fromkeys(change.field for change in changes))
        for name in self.names:
            self.fields[f"take_{name}"] = box(_("Apply this change"))
            self.initial[f"take_{name}"] = True
            if name in TEXTS:
                make = text if columns_of(ServiceRecord)[name].kind is Kind.LONG else line
                self.fields[f"text_{name}"] = make(field_name(name))
                self.initial[f"text_{name}"] = getattr(proposed, name)

    def clean(self) -> None:
        """Something is taken: to take nothing is to reject."""
        super().clean()
        if not any(self.cleaned_data.get(f"take_{name}") for name in self.names):
            self.add_error(None, _("Take at least one of the changes, or reject the proposal"))

    def amended(self) -> OwnerChange:
        """The proposal with the editor's words, without what she does not take."""
        taken = {name for name in self.names if self.cleaned_data[f"take_{name}"]}
        left = [field for name in self.names if name not in taken for field in PARTS_OF.get(name, (name,))]
        texts = {name: self.cleaned_data[f"text_{name}"] for name in taken.intersection(TEXTS)}
        nothing = {name: getattr(NO_CHANGE, name) for name in left if hasattr(NO_CHANGE, name)}
        return dataclasses.replace(self._proposed, **nothing, **texts)
