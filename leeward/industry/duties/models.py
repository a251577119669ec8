"""Tables of the regimes and their versions. A version is written once; the database refuses to change it."""

from datetime import date

from django.db import models

from leeward.foundation.rows import choice, one_of, read_row
from leeward.industry.duties import rules
from leeward.industry.duties.rules.records import RECORD_NAMES, read_record
from leeward.industry.duties.rules.regimes import (
    CODE_LENGTH,
    LEGAL_BASIS_LENGTH,
    LINE_LENGTH,
    NAME_LENGTH,
    SOURCE_LENGTH,
)

TERM_LENGTH = 30


class Regime(models.Model):
    """One law, by a code that never changes, and whether notices may be sent under it."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    is_switched_on = models.BooleanField(default=False)
    switched_at = models.DateTimeField()
    switched_reason = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="duties_regime_code", condition=~models.Q(code="")),
        ]

    def __str__(self) -> str:
        return self.code


class RegimeVersionQuerySet(models.QuerySet["RegimeVersion"]):
    """Versions by the day for which they answer."""

    def newest(self) -> "RegimeVersionQuerySet":
        """The newest version of each regime, whenever it begins."""
        return self._highest(self)

    def valid_on(self, on: date) -> "RegimeVersionQuerySet":
        """The version of each regime that holds on this day."""
        return self._highest(self.filter(valid_from__lte=on))

    def _highest(self, versions: "RegimeVersionQuerySet") -> "RegimeVersionQuerySet":
        others = versions.filter(regime=models.OuterRef("regime")).order_by("-number")
        return self.filter(pk=models.Subquery(others.values("pk")[:1]))


class RegimeVersion(models.Model):
    """What one law asked from one day on, as somebody wrote it down. Requests name the version they were sent under."""

    regime = models.ForeignKey(Regime, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    published_at = models.DateTimeField()
    origin = choice(rules.Origin, 5)
    name = models.CharField(max_length=NAME_LENGTH)
    jurisdiction = models.CharField(max_length=NAME_LENGTH)
    limit_hours = models.FloatField(null=True)
    start_event = choice(rules.StartEvent, TERM_LENGTH)
    elements = models.JSONField()
    pauses = models.JSONField(default=list)
    copies = choice(rules.CopyScope, TERM_LENGTH)
    redress = models.JSONField(default=list)
    legal_basis = models.CharField(max_length=LEGAL_BASIS_LENGTH)
    source_name = models.CharField(max_length=SOURCE_LENGTH)
    source_url = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    commencement = choice(rules.Commencement, TERM_LENGTH)
    in_force_on = models.DateField(null=True)
    checked_on = models.DateField()
    notes = models.JSONField(default=list)
    unverified = models.JSONField(default=list)

    objects = RegimeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["regime__code", "number"]
        constraints = [
            models.UniqueConstraint(name="duties_version_number", fields=["regime", "number"]),
            models.CheckConstraint(name="duties_version_numbered_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(
                name="duties_version_limit",
                condition=models.Q(limit_hours__isnull=True) | models.Q(limit_hours__gt=0),
            ),
            one_of("origin", rules.Origin, "duties_version_origin"),
            one_of("start_event", rules.StartEvent, "duties_version_start"),
            one_of("copies", rules.CopyScope, "duties_version_copies"),
            models.CheckConstraint(
                name="duties_version_commencement",
                condition=models.Q(commencement=rules.Commencement.IN_FORCE.value)
                | models.Q(commencement=rules.Commencement.NOT_YET.value, in_force_on__isnull=False)
                | models.Q(commencement=rules.Commencement.NOT_VERIFIED.value, in_force_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regime} {self.number}"

    @property
    def leaf_name(self) -> str:
        """By what the public log names it."""
        return f"{self.regime.code}/{self.number}"

    def as_draft(self) -> rules.RegimeDraft:
        """What this version says."""
        own = {name: getattr(self, name) for name in RECORD_NAMES if name != "code"}
        return read_record({"code": self.regime.code, **own})

    def as_regime(self) -> rules.Regime:
        """The version as other apps see it."""
        known = {**vars(self.as_draft()), "version": self.number, "is_switched_on": self.regime.is_switched_on}
        return read_row(rules.Regime, self, **known)
