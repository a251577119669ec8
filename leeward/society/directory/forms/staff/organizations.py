"""What is typed about an organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.society.directory.forms.staff.parts import TABLES
from leeward.society.directory.forms.staff.screens import EntryForm, screen
from leeward.society.directory.rules.columns import columns_of
from leeward.society.directory.rules.records import OrganizationRecord


class ParentForm(EntryForm):
    """An organisation's form, with the list of those that it may belong to."""

    def __init__(self, *args: Any, parents: Any = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent_organization_id"].widget = forms.Select(choices=[("", _("No other one")), *parents])

    def clean_parent_organization_id(self) -> Any:
        """One of the organisations that it may belong to."""
        chosen = self.cleaned_data["parent_organization_id"]
        widget = self.fields["parent_organization_id"].widget
        if chosen and str(chosen) not in {str(value) for value, _name in widget.choices}:
            raise forms.ValidationError(_("Choose one of the list"))
        return chosen


OrganizationForm = screen(
    ParentForm, columns_of(OrganizationRecord).values(), title=_("The organisation"), tables=TABLES
)
