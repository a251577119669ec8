"""The action plan: strategies, objectives, actions, milestones, and how each action has stood."""

import uuid

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH
from leeward.policy.strategy.models.mapping import Stakeholder
from leeward.policy.strategy.rules.plan import (
    ActionFacts,
    NewAction,
    NewMilestone,
    NewObjective,
    NewStrategy,
)
from leeward.policy.strategy.rules.terms import REFERENCE_LENGTH, Status

STATUSES = [(status.value, status.value) for status in Status]


class Strategy(models.Model):
    """A strategy and the time that it is for."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.JSONField()
    words = models.JSONField(default=dict)
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_public = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="strategy_strategy_ends_later", condition=models.Q(ends_on__gt=models.F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"

    def as_entry(self) -> NewStrategy:
        """The row as the rules know it."""
        return NewStrategy(
            title=self.title,
            words=self.words,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_public=self.is_public,
        )


class Objective(models.Model):
    """What a strategy wants to be true at its end."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="objectives")
    number = models.PositiveSmallIntegerField()
    title = models.JSONField()
    words = models.JSONField(default=dict)
    is_public = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="strategy_objective_number", fields=["strategy", "number"])]

    def __str__(self) -> str:
        return f"{self.number}"

    def as_entry(self) -> NewObjective:
        """The row as the rules know it."""
        return NewObjective(title=self.title, words=self.words, is_public=self.is_public)


class Action(models.Model):
    """Something that somebody does by a day. Its number is for good: it is how people speak of it."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveIntegerField(unique=True)
    title = models.JSONField()
    words = models.JSONField(default=dict)
    lead = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, null=True, related_name="led")
    supporting = models.ManyToManyField(Stakeholder, related_name="supported")
    needs = models.ManyToManyField("self", symmetrical=False, related_name="needed_by")
    items = models.JSONField(default=list)
    baseline = models.CharField(max_length=LINE_LENGTH, blank=True)
    target = models.CharField(max_length=LINE_LENGTH, blank=True)
    due_on = models.DateField(null=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    spent = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    is_public = models.BooleanField(default=False)
    public_from = models.DateField(null=True)
    status = models.CharField(max_length=12, choices=STATUSES)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="strategy_action_status", condition=models.Q(status__in=[each.value for each in Status])
            ),
            models.CheckConstraint(
                name="strategy_action_money_in_a_currency",
                condition=~models.Q(currency="") | models.Q(budget__isnull=True, spent__isnull=True),
            ),
            models.CheckConstraint(
                name="strategy_action_money_from_zero",
                condition=(models.Q(budget__isnull=True) | models.Q(budget__gte=0))
                & (models.Q(spent__isnull=True) | models.Q(spent__gte=0)),
            ),
            models.CheckConstraint(
                name="strategy_action_embargo_of_public",
                condition=models.Q(public_from__isnull=True) | models.Q(is_public=True),
            ),
        ]

    def __str__(self) -> str:
        return f"A{self.number}"

    def as_entry(self) -> NewAction:
        """The row as the rules know it; asks for its organisations."""
        return NewAction(
            title=self.title,
            words=self.words,
            lead=self.lead.public_id if self.lead else None,
            supporting=tuple(each.public_id for each in self.supporting.all()),
            items=tuple(self.items),
            baseline=self.baseline,
            target=self.target,
            due_on=self.due_on,
            budget=self.budget,
            currency=self.currency,
            spent=self.spent,
            is_public=self.is_public,
            public_from=self.public_from,
        )

    def as_facts(self, *, needs: tuple[int, ...]) -> ActionFacts:
        """The row with the numbers of those it needs."""
        return ActionFacts(
            number=self.number, status=Status(self.status), due_on=self.due_on, needs=needs, items=tuple(self.items)
        )


class StatusEntry(models.Model):
    """How an action stood from a day on, and why. The database refuses to change or delete one."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=12, choices=STATUSES)
    reason = models.CharField(max_length=LINE_LENGTH)
    note = models.TextField(max_length=TEXT_LENGTH, blank=True)
    since_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(name="strategy_status_for_a_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.since_on}"


class Milestone(models.Model):
    """A step of an action that can be seen to be reached."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="milestones")
    title = models.JSONField()
    due_on = models.DateField()
    reached_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.due_on}"

    def as_entry(self) -> NewMilestone:
        """The row as the rules know it."""
        return NewMilestone(title=self.title, due_on=self.due_on, reached_on=self.reached_on)
