"""What staff type about organisations and scoping exercises."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, choice, choose_from, day, line, select, several, text
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of
from leeward.policy.strategy.queries.model import model_rows
from leeward.policy.strategy.rules.mapping import NewScoping, NewStakeholder
from leeward.policy.strategy.rules.terms import Level, Sector

SECTOR_CHOICES = choices_of(Sector)
LEVEL_CHOICES = choices_of(Level)


class StakeholderForm(forms.Form):
    """An organisation on the map."""

    name = line(_("Name of the organisation"), missing=_("Enter the organisation’s name"))
    sector = select(_("Sector"), SECTOR_CHOICES, required=True)
    area = line(
        _("Area"),
        missing=_("Enter the area in which it works"),
        help_text=_("Such as “Whole country” or a region. Write the same area in the same way."),
    )
    rows = several(_("Capabilities of the national model on which it works"))
    work = text(_("What it does"), rows=3)
    capacity = choice(_("How much it can do"), LEVEL_CHOICES)
    capacity_words = line(_("Its capacity in words"), help_text=_("Such as “two full posts, one language”."))
    influence = choice(_("Influence on the strategy"), LEVEL_CHOICES)
    interest = choice(_("Interest in the strategy"), LEVEL_CHOICES)
    funding = line(_("How it is funded"))
    identifier = line(
        _("Identifier in a public register"), most=80, help_text=_("With the register’s code, such as XI-LEI-1234.")
    )
    contact_role = line(_("Role of our contact"))
    contact = line(_("How that role is reached"), help_text=_("A mailbox or number of the role. For staff."))
    named = box(
        _("It may be named to everybody"),
        help_text=_("Not for a place that must not be found, such as a refuge: it is counted, and never named."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "rows", [(row.id, f"{row.id} {gettext(row.title)}") for row in model_rows()])

    def as_entry(self) -> NewStakeholder:
        """What was typed, before the rules have looked at it."""
        return read_values(NewStakeholder, self.cleaned_data)


class ScopingForm(forms.Form):
    """A scoping exercise."""

    title = line(_("Title"), missing=_("Enter a title"))
    question = text(_("What was to be found out"), rows=3)
    method = text(_("How it was found out"), rows=3, help_text=_("Who was asked, when, and who did not answer."))
    findings = text(
        _("What was found"), rows=8, help_text=_("An empty line begins a new paragraph. This is published.")
    )
    began_on = day(_("Begun on"), required=True)

    def as_entry(self) -> NewScoping:
        """What was typed, before the rules have looked at it."""
        return read_values(NewScoping, self.cleaned_data)


class ReasonForm(forms.Form):
    """Why something is taken out, ended or cancelled."""

    reason = line(_("Why"), missing=_("Enter a reason"), help_text=_("In one line. It stands in the history."))


class ConfirmForm(forms.Form):
    """A press on a button, and nothing to fill in."""
