"""The rows of an entry's tables: phone numbers, web pages, prices, areas."""

from django.utils.translation import gettext_lazy as _

from leeward.society.directory.forms.staff.screens import PartForm, Table, rows_of
from leeward.society.directory.rules.records import CostOption, Link, Phone, ServiceArea


class PriceForm(PartForm):
    """HSDS `cost_option`."""

    def clean_currency(self) -> str:
        """A currency in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> None:
        """An amount has a currency, and ends after it begins."""
        super().clean()
        typed = self.cleaned_data
        if typed.get("amount") and not typed.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Enter the currency, such as GBP"))
        if typed.get("valid_from") and typed.get("valid_to") and typed["valid_from"] > typed["valid_to"]:
            self.add_error("valid_to", _("Enter a last day that is not before the first one"))


# By the field of the record whose parts they are.
TABLES = {
    "phones": Table(form=rows_of(Phone), title=_("Phone numbers"), row_title=_("Phone number")),
    "additional_urls": Table(
        form=rows_of(Link), title=_("Web pages"), row_title=_("Web page"), hint=_("Such as a chat, or a form.")
    ),
    "cost_options": Table(form=rows_of(CostOption, PriceForm), title=_("Prices"), row_title=_("Price")),
    "service_areas": Table(form=rows_of(ServiceArea), title=_("Areas"), row_title=_("Area")),
}
