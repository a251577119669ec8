"""What is typed about an organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.society.directory.forms.staff.fields import line, text, whole_number
from leeward.society.directory.forms.staff.parts import PHONES
from leeward.society.directory.forms.staff.screens import ScreenForm
from leeward.society.directory.rules.limits import EMAIL_LENGTH, URL_LENGTH

YEAR_LEAST, YEAR_MOST = 1000, 2100


class OrganizationForm(ScreenForm):
    """HSDS `organization`."""

    title = _("The organisation")
    tables = {"phones": PHONES}
    name = line(_("Name"), required=_("Enter the organisation's name"))
    alternate_name = line(_("Other name"), hint=_("A short name, or one that it had before."))
    description = text(
        _("What it is"), hint=_("One or two plain sentences."), required=_("Say in a sentence what the organisation is")
    )
    email = line(_("E-mail address"), length=EMAIL_LENGTH, inputmode="email", spellcheck="false")
    website = line(_("Website"), length=URL_LENGTH, hint=_("Such as https://example.org."), inputmode="url")
    legal_status = line(_("Legal form"), hint=_("Such as: charity."))
    year_incorporated = whole_number(
        _("Founded in"), least=YEAR_LEAST, most=YEAR_MOST, wrong=_("Enter a year such as 1998")
    )
    parent_organization_id = forms.UUIDField(
        label=_("Belongs to"),
        required=False,
        help_text=_("Where it is a part of another organisation here."),
        error_messages={"invalid": _("Choose one of the list")},
    )

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
