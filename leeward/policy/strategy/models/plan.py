"""The action plan: strategies, objectives, actions, milestones, and how each action has stood."""

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH
from leeward.foundation.rows import Edited, choice, one_of
from leeward.policy.strategy.models.mapping import Stakeholder
from leeward.policy.strategy.rules.terms import REFERENCE_LENGTH, Status


class Strategy(Edited):
    """A strategy and the time that it is for."""

    title = models.JSONField()
    words = models.JSONField(default=dict)
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="strategy_strategy_ends_later", condition=models.Q(ends_on__gt=models.F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"


class Objective(Edited):
    """What a strategy wants to be true at its end."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="objectives")
    number = models.PositiveSmallIntegerField()
    title = models.JSONField()
    words = models.JSONField(default=dict)
    is_public = models.BooleanField(default=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="strategy_objective_number", fields=["strategy", "number"])]

    def __str__(self) -> str:
        return f"{self.number}"


class Action(Edited):
    """Something that somebody does by a day. Its number is for good: it is how people speak of it."""

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveIntegerField(unique=True)
    title = models.JSONField()
    words = models.JSONField(default=dict)
    lead = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, null=True, related_name="led")
    supporting = models.ManyToManyField(Stakeholder, related_name="supported")
    needs = models.ManyToManyField("self", symmetrical=False, related_name="needed_by")
    items = models.JSONField(default=list)
    # The network's alert from which it comes, where the government said that it acts; None for all others.
    alert = models.UUIDField(null=True, db_index=True)
    baseline = models.CharField(max_length=LINE_LENGTH, blank=True)
    target = models.CharField(max_length=LINE_LENGTH, blank=True)
    due_on = models.DateField(null=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    spent = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    is_public = models.BooleanField(default=False)
    public_from = models.DateField(null=True)
    status = choice(Status, 12)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            one_of("status", Status, "strategy_action_status"),
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


class StatusEntry(models.Model):
    """How an action stood from a day on, and why. The database refuses to change or delete one."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="statuses")
    status = choice(Status, 12)
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


class Milestone(Edited):
    """A step of an action that can be seen to be reached."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="milestones")
    title = models.JSONField()
    due_on = models.DateField()
    reached_on = models.DateField(null=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.due_on}"
