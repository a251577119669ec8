"""What staff type about how a platform is reached and how it works."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import day, line
from leeward.foundation.web.words import choices_of
from leeward.industry.platforms.rules import NAME_LENGTH, ChannelKind, NewChannel, NewDomain, Profile, Rung
from leeward.industry.platforms.rules.addresses import HOST_LENGTH, PATH_LENGTH, URL_LENGTH
from leeward.industry.platforms.rules.channels import (
    ADDRESS_LENGTH,
    JURISDICTION_LENGTH,
    LANGUAGE_LENGTH,
    POSITION_MOST,
    SOURCE_LENGTH,
    TITLE_LENGTH,
)


class NameForm(forms.Form):
    """The name under which people choose a platform."""

    name = line(
        _("Name"),
        most=NAME_LENGTH,
        missing=_("Enter a name"),
        help_text=_("Until it has a name, people who report cannot choose it from the list."),
    )


class DomainForm(forms.Form):
    """A host that is a platform's, with all names below it."""

    host = line(
        _("Domain"),
        most=HOST_LENGTH,
        missing=_("Enter a domain"),
        help_text=_("Such as example.com. All names below it belong to it too."),
    )
    path_prefix = line(
        _("Start of the path"),
        most=PATH_LENGTH,
        help_text=_("Only where several platforms share one domain, such as /forum."),
    )

    def as_domain(self) -> NewDomain:
        """What was typed, before the rules have looked at it."""
        return NewDomain(host=self.cleaned_data["host"], path_prefix=self.cleaned_data["path_prefix"])


class ChannelForm(forms.Form):
    """One way to reach a platform or somebody behind it."""

    rung = forms.ChoiceField(label=_("Recipient"), choices=choices_of(Rung))
    # Nothing is chosen beforehand: a channel that nobody thought about would reach nobody.
    kind = forms.ChoiceField(
        label=_("Delivery method"),
        choices=[("", _("Choose")), *choices_of(ChannelKind)],
        error_messages={"required": _("Choose how the notice travels")},
    )
    address = forms.CharField(
        label=_("Address"),
        help_text=_("An e-mail address, a web address or a postal address. Empty for the inbox here."),
        required=False,
        max_length=ADDRESS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    language = line(_("Language of the notice"), most=LANGUAGE_LENGTH, help_text=_("A code such as en, ar or pt-BR."))
    position = forms.IntegerField(
        label=_("Place in the order"),
        help_text=_("The channel with the lowest number is tried first."),
        min_value=0,
        max_value=POSITION_MOST,
        initial=0,
        error_messages={
            "required": _("Enter a whole number from 0 to 99"),
            "invalid": _("Enter a whole number from 0 to 99"),
        },
    )
    checked_on = day(_("Last checked on"), required=False)
    source = line(_("Source"), most=SOURCE_LENGTH, help_text=_("A web address, or who said so."))

    def as_channel(self) -> NewChannel:
        """What was typed, before the rules have looked at it."""
        values: dict[str, Any] = {**self.cleaned_data}
        return NewChannel(**{**values, "kind": ChannelKind(values["kind"]), "rung": Rung(values["rung"])})


class ProfileForm(forms.Form):
    """What the desk knows of how a platform works."""

    language = line(
        _("Language in which it reads notices"),
        most=LANGUAGE_LENGTH,
        help_text=_("A code such as en, ar or pt-BR."),
    )
    jurisdiction = line(
        _("Home"), most=JURISDICTION_LENGTH, help_text=_("Two capital letters, such as DE, or EU for the Union.")
    )
    policy_url = line(_("Address of its rules"), most=URL_LENGTH)
    policy_clause = line(
        _("Clause against image abuse"),
        most=TITLE_LENGTH,
        help_text=_("Number and title, as a notice will quote them."),
    )
    policy_checked_on = day(_("Rules last checked on"), required=False)
    lead_name = line(
        _("Who answers for image abuse"), most=TITLE_LENGTH, help_text=_("A person or a post at the platform.")
    )
    lead_contact = line(_("Contact channels"), most=TITLE_LENGTH)
    lead_checked_on = day(_("Contact last checked on"), required=False)
    reporting_url = line(_("Page where people report"), most=URL_LENGTH)
    reporting_checked_on = day(_("Page last checked on"), required=False)

    def as_profile(self) -> Profile:
        """What was typed, before the rules have looked at it."""
        return Profile(**self.cleaned_data)
