"""What staff type about strategies, objectives, actions and milestones."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import (
    Choices,
    TextsForm,
    box,
    choice,
    choose_from,
    day,
    line,
    lines_of,
    money,
    select,
    several,
    text,
    texts_initial,
)
from leeward.foundation.editing.values import TEXT_LENGTH
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of
from leeward.policy.strategy.rules.plan import NewAction, NewMilestone, NewObjective, NewStatus, NewStrategy
from leeward.policy.strategy.rules.terms import Status

STATUS_CHOICES = choices_of(Status)


class StrategyForm(TextsForm):
    """A strategy."""

    starts_on = day(_("From"), required=True)
    ends_on = day(_("Until"), required=True)
    is_public = box(_("Everybody may read it"), help_text=_("Of its actions only those that are public themselves."))

    def as_entry(self) -> NewStrategy:
        """What was typed, before the rules have looked at it."""
        return read_values(NewStrategy, self.cleaned_data, title=self.texts("title"), words=self.texts("words"))


class ObjectiveForm(TextsForm):
    """An objective."""

    is_public = box(_("Everybody may read it"))

    def as_entry(self) -> NewObjective:
        """What was typed, before the rules have looked at it."""
        return read_values(NewObjective, self.cleaned_data, title=self.texts("title"), words=self.texts("words"))


class ActionForm(TextsForm):
    """An action. Who supports it and what it needs have pages of their own."""

    lead = select(_("Who leads"), help_text=_("From the map of organisations."))
    due_on = day(_("Due on"), required=False)
    items = text(
        _("Items of the national model that it serves"),
        rows=2,
        most=TEXT_LENGTH,
        help_text=_("Their ids, such as P3.E1, one on each line."),
    )
    baseline = line(_("Where it begins"), help_text=_("Such as “3 of 14 police forces”."))
    target = line(_("Target"), help_text=_("Such as “all 14 police forces”."))
    budget = money(_("Budget"), help_text=_("For staff. Only figures, such as 120000."))
    spent = money(_("Of it spent"))
    currency = line(_("Currency"), most=3, help_text=_("Three letters, such as EUR."))
    is_public = box(_("Everybody may read it"))
    public_from = day(
        _("Public from"), required=False, help_text=_("Such as 2027-03-01. Until then nobody but staff sees it.")
    )

    def __init__(self, *args: Any, leads: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "lead", [("", gettext("Nobody yet")), *leads])

    def as_entry(self, *, supporting: tuple[UUID, ...] = (), alert: UUID | None = None) -> NewAction:
        """What was typed, before the rules have looked at it."""
        return read_values(
            NewAction,
            self.cleaned_data,
            title=self.texts("title"),
            words=self.texts("words"),
            supporting=supporting,
            alert=alert,
            items=lines_of(self.cleaned_data["items"].replace(",", "\n")),
        )


class ItemActionForm(TextsForm):
    """An action for one item of the model, or of one warning, in one step: what can be filled in is."""

    has_words = False
    objective = select(_("Objective"), required=True)
    lead = select(_("Who leads"), help_text=_("From the map of organisations."))
    due_on = day(_("Due on"), required=False)
    is_public = box(_("Everybody may read it"))

    def __init__(self, *args: Any, leads: Choices, objectives: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "lead", [("", gettext("Nobody yet")), *leads])
        choose_from(self, "objective", objectives)

    def as_entry(self, *, items: tuple[str, ...] = (), alert: UUID | None = None) -> NewAction:
        """What was typed, before the rules have looked at it."""
        return read_values(NewAction, self.cleaned_data, title=self.texts("title"), items=items, alert=alert)


class ChosenForm(forms.Form):
    """Any of many: supporting organisations, or actions that must be done before."""

    chosen = several("")

    def __init__(self, *args: Any, label: str, choices: Choices, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "chosen", choices)
        self.fields["chosen"].label, self.fields["chosen"].help_text = label, help_text

    def references(self) -> tuple[UUID, ...]:
        """What was chosen."""
        return tuple(UUID(each) for each in self.cleaned_data["chosen"])


class StatusForm(forms.Form):
    """How an action stands."""

    status = choice(_("State"), STATUS_CHOICES)
    reason = line(
        _("Why"),
        missing=_("Enter a reason: without one nobody can follow"),
        help_text=_("In one line, without names. It is published with the action."),
    )
    note = text(_("A note for us alone"), rows=3, help_text=_("It is never published, and cannot be taken back."))

    def as_entry(self) -> NewStatus:
        """What was typed, before the rules have looked at it."""
        return read_values(NewStatus, self.cleaned_data)


class MilestoneForm(TextsForm):
    """A milestone."""

    has_words = False
    due_on = day(_("Due on"), required=True)
    reached_on = day(_("Reached on"), required=False, help_text=_("Empty while it is not reached."))

    def as_entry(self) -> NewMilestone:
        """What was typed, before the rules have looked at it."""
        return read_values(NewMilestone, self.cleaned_data, title=self.texts("title"))


def action_initial(entry: NewAction) -> dict[str, object]:
    """An action as its form begins with it."""
    return {
        **vars(entry),
        **texts_initial(entry),
        "lead": str(entry.lead) if entry.lead else "",
        "items": "\n".join(entry.items),
    }
