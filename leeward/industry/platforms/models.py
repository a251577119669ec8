"""Tables of the platforms, of their keys (only digests are kept), and of the addresses that they have."""

import dataclasses
from datetime import datetime

from django.db import models
from hashmatch.variants import Level

from leeward.foundation.rows import choice, one_of, public_id, read_row
from leeward.industry.platforms.rules import (
    LEVEL_DEFAULT,
    NAME_LENGTH,
    Channel,
    ChannelKind,
    Domain,
    Endpoint,
    Partner,
    Profile,
    Rung,
)
from leeward.industry.platforms.rules.addresses import HOST_LENGTH, PATH_LENGTH, URL_LENGTH
from leeward.industry.platforms.rules.channels import (
    ADDRESS_LENGTH,
    JURISDICTION_LENGTH,
    LANGUAGE_LENGTH,
    POSITION_MOST,
    SOURCE_LENGTH,
    TITLE_LENGTH,
)

PROFILE_FIELDS = tuple(field.name for field in dataclasses.fields(Profile))


class Platform(models.Model):
    """A company that draws hashes, or a site that something was reported on."""

    public_id = public_id()
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    contact = models.CharField(max_length=200, blank=True)
    level = choice(Level, 10, default=LEVEL_DEFAULT.value)
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=300, blank=True)
    # False for a site that the desk has only met in a report; it has no keys and no place in the feed.
    is_listed = models.BooleanField(default=True)
    # It checks uploads blind, and is never given the list.
    without_list = models.BooleanField(default=False)
    language = models.CharField(max_length=LANGUAGE_LENGTH, blank=True)
    jurisdiction = models.CharField(max_length=JURISDICTION_LENGTH, blank=True)
    policy_url = models.CharField(max_length=URL_LENGTH, blank=True)
    policy_clause = models.CharField(max_length=TITLE_LENGTH, blank=True)
    policy_checked_on = models.DateField(null=True, blank=True)
    lead_name = models.CharField(max_length=TITLE_LENGTH, blank=True)
    lead_contact = models.CharField(max_length=TITLE_LENGTH, blank=True)
    lead_checked_on = models.DateField(null=True, blank=True)
    reporting_url = models.CharField(max_length=URL_LENGTH, blank=True)
    reporting_checked_on = models.DateField(null=True, blank=True)
    # Of what the catalogue of known sites last wrote here; "" where it wrote nothing. Another one shows an edit.
    catalogue_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            one_of("level", Level, "platforms_platform_level"),
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
        return read_row(Partner, self)

    def as_profile(self) -> Profile:
        """What the desk knows of how the platform works."""
        return Profile(**{field: getattr(self, field) for field in PROFILE_FIELDS})


class PlatformKeyQuerySet(models.QuerySet["PlatformKey"]):
    """Keys by whether they still open anything."""

    def in_force(self, now: datetime) -> "PlatformKeyQuerySet":
        """Keys that have not been retired by `now`."""
        return self.filter(models.Q(retires_at__isnull=True) | models.Q(retires_at__gt=now))

    def waiting(self, now: datetime) -> "PlatformKeyQuerySet":
        """Keys in force that shall open the platform's requests, but have not been let into its team yet."""
        return self.in_force(now).filter(joined_at__isnull=True).exclude(public_key="")


class PlatformKey(models.Model):
    """One key's digest. A key that is being replaced has the time at which it stops working."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="keys")
    endpoint = choice(Endpoint, 12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True, blank=True)
    # Only keys that open requests have these: the public half of the pair that the key stands for, in hexadecimal,
    # with a mark that nobody can make who can only write rows; and since when it holds the team's key.
    public_key = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    # When it first opened the platform's requests: from then on somebody reads the inbox here.
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PlatformKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("endpoint", Endpoint, "platforms_key_endpoint"),
            models.UniqueConstraint(
                name="platforms_key_one_without_end",
                fields=["platform", "endpoint"],
                condition=models.Q(retires_at__isnull=True),
            ),
            models.CheckConstraint(
                name="platforms_key_public_half_with_its_mark",
                condition=models.Q(public_key="", mark="", joined_at__isnull=True)
                | (~models.Q(public_key="") & ~models.Q(mark="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.endpoint}"


class PlatformDomain(models.Model):
    """A host that is a platform's, with all names below it; a path's start where several share one host."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="domains")
    reference = public_id()
    host = models.CharField(max_length=HOST_LENGTH)
    path_prefix = models.CharField(max_length=PATH_LENGTH, blank=True)

    class Meta:
        ordering = ["host", "path_prefix"]
        constraints = [
            models.UniqueConstraint(name="platforms_domain_one_owner", fields=["host", "path_prefix"]),
            models.CheckConstraint(name="platforms_domain_has_a_host", condition=~models.Q(host="")),
            models.CheckConstraint(
                name="platforms_domain_path",
                condition=models.Q(path_prefix="")
                | (models.Q(path_prefix__startswith="/") & ~models.Q(path_prefix__endswith="/")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host}{self.path_prefix}"

    def as_domain(self) -> Domain:
        """The domain as other apps see it."""
        return read_row(Domain, self)


class PlatformChannel(models.Model):
    """One way to reach a platform, or somebody behind it."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="channels")
    reference = public_id()
    kind = choice(ChannelKind, 10)
    rung = choice(Rung, 20)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    language = models.CharField(max_length=LANGUAGE_LENGTH, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    checked_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=SOURCE_LENGTH, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            one_of("kind", ChannelKind, "platforms_channel_kind"),
            one_of("rung", Rung, "platforms_channel_rung"),
            models.CheckConstraint(
                name="platforms_channel_address_but_for_the_inbox",
                condition=(models.Q(kind=ChannelKind.INBOX.value) & models.Q(address=""))
                | (~models.Q(kind=ChannelKind.INBOX.value) & ~models.Q(address="")),
            ),
            models.CheckConstraint(name="platforms_channel_position", condition=models.Q(position__lte=POSITION_MOST)),
            models.UniqueConstraint(
                name="platforms_channel_once", fields=["platform", "rung", "kind", "address", "language"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.rung} {self.kind}"

    def as_channel(self) -> Channel:
        """The channel as other apps see it."""
        return read_row(Channel, self)
