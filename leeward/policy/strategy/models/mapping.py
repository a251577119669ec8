"""Organisations on the map, and the scoping exercises that were made of it."""

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH
from leeward.foundation.rows import Edited, choice, one_of
from leeward.policy.strategy.rules.terms import REFERENCE_LENGTH, Level, Sector


class Stakeholder(Edited):
    """An organisation that works in the field. Never deleted: one that has ended has a day and a reason."""

    name = models.CharField(max_length=LINE_LENGTH)
    sector = choice(Sector, 12)
    area = models.CharField(max_length=LINE_LENGTH)
    rows = models.JSONField(default=list)
    identifier = models.CharField(max_length=80, blank=True)
    work = models.TextField(max_length=TEXT_LENGTH, blank=True)
    capacity = choice(Level, 8)
    capacity_words = models.CharField(max_length=LINE_LENGTH, blank=True)
    influence = choice(Level, 8)
    interest = choice(Level, 8)
    funding = models.CharField(max_length=LINE_LENGTH, blank=True)
    contact_role = models.CharField(max_length=LINE_LENGTH, blank=True)
    contact = models.CharField(max_length=LINE_LENGTH, blank=True)
    named = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="strategy_stakeholder_once", fields=["name", "area"], condition=models.Q(ended_at__isnull=True)
            ),
            one_of("sector", Sector, "strategy_stakeholder_sector"),
            models.CheckConstraint(
                name="strategy_stakeholder_ended_why",
                condition=models.Q(ended_at__isnull=True, ended_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Scoping(Edited):
    """A scoping exercise. Published once, with the map as it was on that day, and not changed from then on."""

    title = models.CharField(max_length=LINE_LENGTH)
    question = models.TextField(max_length=TEXT_LENGTH, blank=True)
    method = models.TextField(max_length=TEXT_LENGTH, blank=True)
    findings = models.TextField(max_length=TEXT_LENGTH, blank=True)
    began_on = models.DateField()
    published_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True)
    published_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    # The capabilities that were asked about, and the organisations as everybody may see them; empty before.
    asked = models.JSONField(default=list)
    map = models.JSONField(default=list)

    class Meta:
        ordering = ["-began_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="strategy_scoping_published_whole",
                condition=models.Q(published_at__isnull=True, published_on__isnull=True)
                | (models.Q(published_at__isnull=False, published_on__isnull=False) & ~models.Q(findings="")),
            )
        ]

    def __str__(self) -> str:
        return self.title
