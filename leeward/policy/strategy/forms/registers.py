"""What staff type about standards, agreements and calendar addresses."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, choose_from, day, languages, line, lines_of, select, text
from leeward.foundation.editing.values import MAIL_LENGTH, URL_LENGTH
from leeward.foundation.rows import read_values
from leeward.policy.strategy.rules.registers import NewAgreement, NewStandard


class StandardForm(forms.Form):
    """A standard that was agreed on."""

    title = line(_("Title"), missing=_("Enter the standard’s title"))
    publisher = line(_("Who publishes it"), missing=_("Enter who publishes it"))
    version = line(_("Version"))
    url = line(_("Where it can be read"), most=URL_LENGTH, help_text=_("Begins with https://."))
    applies_to = text(_("Recipient and purpose"), rows=3)
    agreed_on = day(_("Agreed on"), required=True)
    review_on = day(_("To be reviewed on"), required=False)
    withdrawn_on = day(_("Withdrawn on"), required=False, help_text=_("Empty while it is kept."))
    is_public = box(_("Everybody may read it"))

    def as_entry(self) -> NewStandard:
        """What was typed, before the rules have looked at it."""
        return read_values(NewStandard, self.cleaned_data)


class AgreementForm(forms.Form):
    """An agreement on sharing data."""

    title = line(_("Title"), missing=_("Enter the agreement’s title"))
    parties = text(_("Parties"), rows=4, missing=_("Enter at least two parties"), help_text=_("One on each line."))
    purpose = text(_("Purpose of sharing"), rows=3, missing=_("Enter the purpose"))
    legal_basis = line(_("Legal basis"), missing=_("Enter the law and its article"))
    categories = text(_("Which kinds of data"), rows=3, missing=_("Enter the kinds of data"))
    retention = line(_("Retention period"), missing=_("Enter how long"), help_text=_("Such as “90 days”."))
    starts_on = day(_("In force from"), required=True)
    review_on = day(_("To be reviewed on"), required=False)
    expires_on = day(_("Expires on"), required=False, help_text=_("Its last day. Empty where it has none."))
    ended_on = day(_("Ended on"), required=False, help_text=_("Only where it was ended before its time."))
    impact_url = line(
        _("Data protection impact assessment"), most=URL_LENGTH, help_text=_("Its address; begins with https://.")
    )
    keeper_email = line(
        _("Mailbox of the owner"),
        most=MAIL_LENGTH,
        help_text=_("It is written to 90, 30 and 7 days before the last day, and on it. A role’s mailbox is best."),
    )
    language = select(_("Language of these mails"))
    is_public = box(_("Everybody may read it"), help_text=_("All but the mailbox."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, str(get_language_info(code)["name_local"])) for code in languages()]
        choose_from(self, "language", choices)
        self.fields["language"].initial = settings.LANGUAGE_CODE

    def as_entry(self) -> NewAgreement:
        """What was typed, before the rules have looked at it."""
        return read_values(NewAgreement, self.cleaned_data, parties=lines_of(self.cleaned_data["parties"]))


class AddressForm(forms.Form):
    """A secret address of the calendar."""

    label = line(
        _("Recipient or device"),
        missing=_("Enter for whom it is, so that you know later which one to revoke"),
        help_text=_("Such as “Secretary’s telephone”."),
    )
