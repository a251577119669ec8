"""Organisations on the map, and the scoping exercises that were made of it."""

import uuid

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH
from leeward.policy.strategy.rules.mapping import Mapped, NewScoping, NewStakeholder
from leeward.policy.strategy.rules.terms import REFERENCE_LENGTH, Level, Sector

SECTORS = [(sector.value, sector.value) for sector in Sector]
LEVELS = [(level.value, level.value) for level in Level]


class Stakeholder(models.Model):
    """An organisation that works in the field. Never deleted: one that has ended has a day and a reason."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=LINE_LENGTH)
    sector = models.CharField(max_length=12, choices=SECTORS)
    area = models.CharField(max_length=LINE_LENGTH)
    rows = models.JSONField(default=list)
    identifier = models.CharField(max_length=80, blank=True)
    work = models.TextField(max_length=TEXT_LENGTH, blank=True)
    capacity = models.CharField(max_length=8, choices=LEVELS)
    capacity_words = models.CharField(max_length=LINE_LENGTH, blank=True)
    influence = models.CharField(max_length=8, choices=LEVELS)
    interest = models.CharField(max_length=8, choices=LEVELS)
    funding = models.CharField(max_length=LINE_LENGTH, blank=True)
    contact_role = models.CharField(max_length=LINE_LENGTH, blank=True)
    contact = models.CharField(max_length=LINE_LENGTH, blank=True)
    named = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="strategy_stakeholder_once", fields=["name", "area"], condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="strategy_stakeholder_sector", condition=models.Q(sector__in=[each.value for each in Sector])
            ),
            models.CheckConstraint(
                name="strategy_stakeholder_ended_why",
                condition=models.Q(ended_at__isnull=True, ended_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_entry(self) -> NewStakeholder:
        """The row as the rules know it."""
        return NewStakeholder(
            name=self.name,
            sector=Sector(self.sector),
            area=self.area,
            rows=tuple(self.rows),
            identifier=self.identifier,
            work=self.work,
            capacity=Level(self.capacity),
            capacity_words=self.capacity_words,
            influence=Level(self.influence),
            interest=Level(self.interest),
            funding=self.funding,
            contact_role=self.contact_role,
            contact=self.contact,
            named=self.named,
        )

    def as_mapped(self) -> Mapped:
        """The row as the coverage needs it."""
        return Mapped(
            reference=self.public_id,
            name=self.name,
            sector=Sector(self.sector),
            area=self.area,
            rows=tuple(self.rows),
            capacity=Level(self.capacity),
            named=self.named,
        )


class Scoping(models.Model):
    """A scoping exercise. Published once, with the map as it was on that day, and not changed from then on."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=LINE_LENGTH)
    question = models.TextField(max_length=TEXT_LENGTH, blank=True)
    method = models.TextField(max_length=TEXT_LENGTH, blank=True)
    findings = models.TextField(max_length=TEXT_LENGTH, blank=True)
    began_on = models.DateField()
    changed_at = models.DateTimeField()
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

    def as_entry(self) -> NewScoping:
        """The row as the rules know it."""
        return NewScoping(
            title=self.title,
            question=self.question,
            method=self.method,
            findings=self.findings,
            began_on=self.began_on,
        )

    def as_map(self) -> tuple[Mapped, ...]:
        """The organisations of the day on which it was published; whoever must not be named has no name here."""
        return tuple(
            Mapped(
                reference=uuid.UUID(each["reference"]),
                name=each["name"],
                sector=Sector(each["sector"]),
                area=each["area"],
                rows=tuple(each["rows"]),
                capacity=Level(each["capacity"]),
                named=each["named"],
            )
            for each in self.map
        )
