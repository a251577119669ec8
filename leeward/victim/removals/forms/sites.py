"""The short form about a site that nobody here knows: name, the way there, its own rule, and the law."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import line, select
from leeward.foundation.web.words import word
from leeward.industry.duties.rules import Element, Regime
from leeward.industry.platforms.rules import NAME_LENGTH, ChannelKind, NewChannel
from leeward.industry.platforms.rules.channels import ADDRESS_LENGTH, TITLE_LENGTH
from leeward.victim.removals.operations.sites import SiteSetup

# An inbox or a webhook needs people or a machine at the platform; whoever has them is known here already.
WAYS = (ChannelKind.EMAIL, ChannelKind.FORM, ChannelKind.XARF, ChannelKind.LETTER)


class SiteSetupForm(forms.Form):
    """All that a notice to the site needs. Where a way there is known, it is not asked for."""

    name = line(_("Name of the site"), most=NAME_LENGTH, missing=_("Enter a name"))
    kind = select(_("Delivery method"), required=True)
    address = forms.CharField(
        label=_("Address"),
        help_text=_("An e-mail address, the web address of their form, or a postal address."),
        max_length=ADDRESS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        error_messages={"required": _("Enter where the notice goes")},
    )
    policy_clause = line(
        _("Clause against image abuse"),
        most=TITLE_LENGTH,
        help_text=_("Number and title, as their own rules have it. Only some laws ask for it."),
    )
    law = select(_("Law"), required=True)

    def __init__(self, *args: Any, laws: tuple[Regime, ...], is_reached: bool, has_clause: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.laws = {regime.code: regime for regime in laws}
        self.has_clause = has_clause
        self.fields["law"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (regime.code, regime.name) for regime in laws
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            ("", _("Choose")),
            *((kind.value, word(kind)) for kind in WAYS),
        ]
        if is_reached:
            del self.fields["kind"], self.fields["address"]
        if has_clause:
            del self.fields["policy_clause"]

    def clean(self) -> None:
        """A law that asks for the site's own rule needs it now: without it nothing could be sent."""
        super().clean()
        found = self.cleaned_data
        regime = self.laws.get(found.get("law", ""))
        asks = regime is not None and Element.POLICY_CLAUSE in regime.elements
        if asks and not self.has_clause and not found.get("policy_clause") and "policy_clause" not in self.errors:
            self.add_error("policy_clause", _("This law asks for the site's own rule. Enter it, or choose another law"))

    def as_setup(self, host: str) -> SiteSetup:
        """What was typed, before the rules have looked at it."""
        found = self.cleaned_data
        kind = found.get("kind")
        return SiteSetup(
            host=host,
            law=found["law"],
            name=found["name"],
            channel=NewChannel(kind=ChannelKind(kind), address=found["address"]) if kind else None,
            policy_clause=found.get("policy_clause", ""),
        )
