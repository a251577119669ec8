"""What staff type about how a platform is reached and how it works."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
from leeward.industry.platforms.words import KIND_NAMES, RUNG_NAMES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Words = str | _StrPromise

SEARCH_LENGTH = 100


def _day(label: Words) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=_("Year, month and day, such as 2026-11-24."),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Enter a day such as 2026-11-24")},
    )


def _line(label: Words, *, length: int, help_text: Words = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=length)


class SearchForm(forms.Form):
    """A part of a platform's name or domain."""

    search = _line(_("Name or domain"), length=SEARCH_LENGTH)


class NameForm(forms.Form):
    """The name under which people choose a platform."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Until it has a name, people who report cannot choose it from the list."),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Enter a name")},
    )


class DomainForm(forms.Form):
    """A host that is a platform's, with all names below it."""

    host = forms.CharField(
        label=_("Domain"),
        help_text=_("Such as example.com. All names below it belong to it too."),
        max_length=HOST_LENGTH,
        error_messages={"required": _("Enter a domain")},
    )
    path_prefix = _line(
        _("Start of the path"),
        length=PATH_LENGTH,
        help_text=_("Only where several platforms share one domain, such as /forum."),
    )

    def as_domain(self) -> NewDomain:
        """What was typed, before the rules have looked at it."""
        return NewDomain(host=self.cleaned_data["host"], path_prefix=self.cleaned_data["path_prefix"])


class ChannelForm(forms.Form):
    """One way to reach a platform or somebody behind it."""

    rung = forms.ChoiceField(label=_("Whom it reaches"), choices=list(RUNG_NAMES.items()))
    kind = forms.ChoiceField(label=_("How the notice travels"), choices=list(KIND_NAMES.items()))
    address = forms.CharField(
        label=_("Address"),
        help_text=_("An e-mail address, a web address or a postal address. Empty for the inbox here."),
        required=False,
        max_length=ADDRESS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    language = _line(
        _("Language of the notice"), length=LANGUAGE_LENGTH, help_text=_("A code such as en, ar or pt-BR.")
    )
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
    checked_on = _day(_("Last checked on"))
    source = _line(_("Where this is written"), length=SOURCE_LENGTH, help_text=_("A web address, or who said so."))

    def as_channel(self) -> NewChannel:
        """What was typed, before the rules have looked at it."""
        values: dict[str, Any] = {**self.cleaned_data}
        return NewChannel(**{**values, "kind": ChannelKind(values["kind"]), "rung": Rung(values["rung"])})


class ProfileForm(forms.Form):
    """What the desk knows of how a platform works."""

    language = _line(
        _("Language in which it reads notices"),
        length=LANGUAGE_LENGTH,
        help_text=_("A code such as en, ar or pt-BR."),
    )
    jurisdiction = _line(
        _("Home"), length=JURISDICTION_LENGTH, help_text=_("Two capital letters, such as DE, or EU for the Union.")
    )
    policy_url = _line(_("Address of its rules"), length=URL_LENGTH)
    policy_clause = _line(
        _("Clause against image abuse"),
        length=TITLE_LENGTH,
        help_text=_("Number and title, as a notice will quote them."),
    )
    policy_checked_on = _day(_("Rules last checked on"))
    lead_name = _line(
        _("Who answers for image abuse"), length=TITLE_LENGTH, help_text=_("A person or a post at the platform.")
    )
    lead_contact = _line(_("How they are reached"), length=TITLE_LENGTH)
    lead_checked_on = _day(_("Lead last checked on"))
    reporting_url = _line(_("Page where people report"), length=URL_LENGTH)
    reporting_checked_on = _day(_("Page last checked on"))

    def as_profile(self) -> Profile:
        """What was typed, before the rules have looked at it."""
        return Profile(**self.cleaned_data)
