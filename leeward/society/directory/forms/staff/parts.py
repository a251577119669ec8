"""The rows of an entry's tables: phone numbers, web pages, prices, areas."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.society.directory.forms.staff.fields import AmountField, LanguagesField, choice, day, line, whole_number
from leeward.society.directory.forms.staff.screens import PartForm, Table
from leeward.society.directory.rules.limits import CODE_LENGTH, NUMBER_LENGTH, TEXT_LENGTH, URL_LENGTH
from leeward.society.directory.rules.records import CostOption, Link, Phone, PhoneType, ServiceArea, Way
from leeward.society.directory.words import PHONES as PHONE_KINDS
from leeward.society.directory.words import WAYS

CURRENCY_LENGTH = 3
EXTENSION_MOST = 99_999


class PhoneForm(PartForm):
    """HSDS `phone`."""

    part = Phone
    number = line(
        _("Number"),
        length=NUMBER_LENGTH,
        hint=_("With the country's code, such as +44 20 7946 0000, or as people there call it."),
        required=_("Enter the number, or leave the whole row empty"),
        inputmode="tel",
    )
    type = choice(_("What it is for"), list(PHONE_KINDS.items()), required=_("Choose one of the list"))
    extension = whole_number(
        _("Extension"), least=0, most=EXTENSION_MOST, wrong=_("Enter the extension in digits, such as 204")
    )
    description = line(_("In words"), length=TEXT_LENGTH, hint=_("Such as: free from any phone."))
    languages = LanguagesField(
        label=_("Languages on this line"),
        help_text=_("Only where they differ from the service's own."),
        widget=forms.TextInput,
    )

    def clean_type(self) -> PhoneType:
        """The kind as the records know it."""
        return PhoneType(self.cleaned_data["type"])


class LinkForm(PartForm):
    """HSDS `url`."""

    part = Link
    url = line(
        _("Address"),
        length=URL_LENGTH,
        hint=_("Such as https://example.org/chat."),
        required=_("Enter the address, or leave the whole row empty"),
        inputmode="url",
    )
    label = line(_("In words"))
    way = choice(_("What people do there"), [("", _("They read")), *WAYS.items()])

    def clean_way(self) -> Way | None:
        """The way as the records know it."""
        return Way(self.cleaned_data["way"]) if self.cleaned_data["way"] else None


class CostForm(PartForm):
    """HSDS `cost_option`."""

    part = CostOption
    option = line(_("What for"), hint=_("Such as: first visit."))
    amount = AmountField(
        label=_("Amount"),
        help_text=_("0 is free."),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Enter an amount such as 12.50")},
    )
    currency = line(_("Currency"), length=CURRENCY_LENGTH, hint=_("Three letters, such as GBP."))
    amount_description = line(_("In words"), length=TEXT_LENGTH, hint=_("Such as: what you can pay."))
    valid_from = day(_("From"))
    valid_to = day(_("Until"))

    def clean_currency(self) -> str:
        """A currency in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """An amount has a currency, and ends after it begins."""
        typed = super().clean() or {}
        if typed.get("amount") and not typed.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Enter the currency, such as GBP"))
        if typed.get("valid_from") and typed.get("valid_to") and typed["valid_from"] > typed["valid_to"]:
            self.add_error("valid_to", _("Enter a last day that is not before the first one"))
        return typed


class AreaForm(PartForm):
    """HSDS `service_area`."""

    part = ServiceArea
    name = line(_("Name of the area"), required=_("Enter the area's name, or leave the whole row empty"))
    code = line(
        _("Code of the area"),
        length=CODE_LENGTH,
        hint=_("As the list of places has it. With it, people who search from there find the service."),
    )
    description = line(_("In words"), length=TEXT_LENGTH)


PHONES = Table(form=PhoneForm, title=_("Phone numbers"), row_title=_("Phone number"))
LINKS = Table(form=LinkForm, title=_("Web pages"), row_title=_("Web page"), hint=_("Such as a chat, or a form."))
COSTS = Table(form=CostForm, title=_("Prices"), row_title=_("Price"))
AREAS = Table(form=AreaForm, title=_("Areas"), row_title=_("Area"))
