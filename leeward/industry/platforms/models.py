"""Tables of the platforms and of their keys, of which only digests are kept."""

import uuid
from datetime import datetime

from django.db import models
from hashmatch.variants import Level

from leeward.industry.platforms.rules import LEVEL_DEFAULT, NAME_LENGTH, Endpoint, Partner


class Platform(models.Model):
    """A company that draws hashes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    contact = models.CharField(max_length=200, blank=True)
    level = models.CharField(
        max_length=10, choices=[(level.value, level.value) for level in Level], default=LEVEL_DEFAULT.value
    )
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="platforms_platform_level", condition=models.Q(level__in=[level.value for level in Level])
            ),
            models.CheckConstraint(
                name="platforms_platform_suspended_for_a_reason",
                condition=models.Q(suspended_at__isnull=True, suspended_reason="")
                | (models.Q(suspended_at__isnull=False) & ~models.Q(suspended_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_partner(self) -> Partner:
        """The platform as other apps see it."""
        return Partner(
            id=self.pk,
            public_id=self.public_id,
            name=self.name,
            contact=self.contact,
            level=Level(self.level),
            created_at=self.created_at,
            suspended_at=self.suspended_at,
            suspended_reason=self.suspended_reason,
        )


class PlatformKeyQuerySet(models.QuerySet["PlatformKey"]):
    """Keys by whether they still open anything."""

    def in_force(self, now: datetime) -> "PlatformKeyQuerySet":
        """Keys that have not been retired by `now`."""
        return self.filter(models.Q(retires_at__isnull=True) | models.Q(retires_at__gt=now))


class PlatformKey(models.Model):
    """One key's digest. A key that is being replaced has the time at which it stops working."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="keys")
    endpoint = models.CharField(max_length=12, choices=[(endpoint.value, endpoint.value) for endpoint in Endpoint])
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True, blank=True)

    objects = PlatformKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="platforms_key_endpoint",
                condition=models.Q(endpoint__in=[endpoint.value for endpoint in Endpoint]),
            ),
            models.UniqueConstraint(
                name="platforms_key_one_without_end",
                fields=["platform", "endpoint"],
                condition=models.Q(retires_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.endpoint}"
