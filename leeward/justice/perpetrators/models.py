"""Tables of change: counts by week of the self-check, programmes, referrals.

Who somebody is opens for the provider's team alone; docs/clear-fields.md defends what is in clear.
"""

from django.db import models
from django.db.models import F, Q

from leeward.foundation import rows
from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.referrals import (
    CHANGE_WEEKS_LEAST,
    Basis,
    ProgrammeKind,
    ReferralState,
    ReferrerKind,
    Step,
    Way,
)
from leeward.justice.perpetrators.rules.trials import Arm, TrialPlan
from leeward.victim.helpline.rules.signals import SignalKind

CODE_LENGTH, NAME_LENGTH, REFERENCE_LENGTH = 40, 120, 64


class EndingCount(models.Model):
    """How often the self-check ended in this way in the week that began on this Monday."""

    week = models.DateField()
    ending = rows.member(Ending, max_length=8)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            rows.one_of("ending", Ending, "perpetrators_ending_known"),
            models.UniqueConstraint(fields=["week", "ending"], name="perpetrators_ending_once"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.ending}"


class Trial(models.Model):
    """A trial of two messages. One runs at a time; what was planned is kept as it was planned."""

    code = models.SlugField(max_length=CODE_LENGTH, unique=True)
    # By text, and within it by language.
    texts = models.JSONField()
    followed = models.FloatField()
    more_percent = models.PositiveSmallIntegerField()
    weekly = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at__isnull=True), name="perpetrators_trial_one_runs"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def plan(self) -> TrialPlan:
        """What was planned."""
        return TrialPlan(followed=self.followed, more_percent=self.more_percent, weekly=self.weekly)


class TrialCount(models.Model):
    """How often one text of a trial was shown and followed."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="counts")
    arm = rows.member(Arm, max_length=1)
    shown = models.PositiveIntegerField(default=0)
    followed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            rows.one_of("arm", Arm, "perpetrators_arm_known"),
            models.UniqueConstraint(fields=["trial", "arm"], name="perpetrators_arm_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.arm}"


class Provider(rows.Edited):
    """Who runs programmes. By accounts its team opens who somebody is; by a link it sees codes and days alone."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    way = rows.member(Way, max_length=8)

    class Meta:
        constraints = [
            rows.one_of("way", Way, "perpetrators_provider_way"),
            models.CheckConstraint(name="perpetrators_provider_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def team(self) -> str:
        """The vault's team of its people."""
        return f"provider:{self.public_id}"


class Programme(rows.Edited):
    """A programme of a provider's. `parallel`: who stands by the people who were harmed, "" where nobody is named."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="programmes")
    name = models.CharField(max_length=NAME_LENGTH)
    kind = rows.member(ProgrammeKind, max_length=16)
    weeks = models.PositiveSmallIntegerField()
    # How many sessions it has; 0 where that is not fixed.
    sessions = models.PositiveSmallIntegerField(default=0)
    places = models.PositiveSmallIntegerField()
    is_open = models.BooleanField(default=True)
    accredited_by = models.CharField(max_length=NAME_LENGTH, blank=True)
    accredited_until = models.DateField(null=True)
    parallel = models.CharField(max_length=NAME_LENGTH, blank=True)
    # Who may refer to it; none named: everybody.
    ways_in = models.JSONField(default=list, blank=True)
    # Its entry in the directory.
    service = models.UUIDField(null=True)

    class Meta:
        constraints = [
            rows.one_of("kind", ProgrammeKind, "perpetrators_programme_kind"),
            models.UniqueConstraint(fields=["provider", "name"], name="perpetrators_programme_once"),
            models.CheckConstraint(
                name="perpetrators_programme_weeks",
                condition=~Q(kind=ProgrammeKind.BEHAVIOUR_CHANGE.value) | Q(weeks__gte=CHANGE_WEEKS_LEAST),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Referrer(rows.Edited):
    """Somebody who refers by a link, such as a police force or a surgery."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    kind = rows.member(ReferrerKind, max_length=10)

    class Meta:
        constraints = [rows.one_of("kind", ReferrerKind, "perpetrators_referrer_kind")]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """The one link of a provider or a referrer. The database has its digest alone."""

    digest = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    provider = models.OneToOneField(Provider, null=True, on_delete=models.CASCADE, related_name="link")
    referrer = models.OneToOneField(Referrer, null=True, on_delete=models.CASCADE, related_name="link")
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="perpetrators_link_of_one",
                condition=Q(provider__isnull=True, referrer__isnull=False)
                | Q(provider__isnull=False, referrer__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return "link"


class Referral(Boxed):
    """One person referred to one programme. Its reference is its file in the vault, which the provider's team opens.

    `parallel` is random: the worker of whoever was harmed may know it. Of that person there is nothing here.
    """

    id = RandomKey()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="referrals")
    kind = rows.member(ProgrammeKind, max_length=16)
    # Whose referral it is: a court's, a member's, the helpline's, or a referrer's with a link.
    referred_by = models.CharField(max_length=REFERENCE_LENGTH, db_index=True)
    referrer_kind = rows.member(ReferrerKind, max_length=10)
    basis = rows.maybe_member(Basis, max_length=8)
    state = rows.member(ReferralState, max_length=16)
    offered_on = models.DateField()
    sent_on = models.DateField(null=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    # When it is looked at again, and how often it was.
    look_on = models.DateField(null=True, db_index=True)
    looked = models.PositiveSmallIntegerField(default=0)
    # Whether support for whoever was harmed was named on the day of the start.
    is_parallel_named = models.BooleanField(default=False)
    parallel = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    contact = SealedField(compartment=Compartment.CONTACT)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            rows.one_of("state", ReferralState, "perpetrators_referral_state"),
            models.CheckConstraint(
                name="perpetrators_referral_rests_on_something",
                condition=~Q(basis="") | Q(state__in=[ReferralState.OFFERED.value, ReferralState.REFUSED.value]),
            ),
            models.CheckConstraint(
                name="perpetrators_referral_starts_with_support_named",
                condition=Q(started_on__isnull=True)
                | Q(is_parallel_named=True)
                | Q(kind=ProgrammeKind.HELP_SEEKING.value),
            ),
            models.CheckConstraint(
                name="perpetrators_referral_in_order",
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
            models.UniqueConstraint(
                fields=["parallel"], condition=~Q(parallel=""), name="perpetrators_referral_token_once"
            ),
        ]

    def __str__(self) -> str:
        return "referral"


class ReferralEvent(Boxed):
    """One thing that happened to a referral. Never changed. `words` are the provider's own, for its team alone."""

    id = RandomKey()
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="events")
    ordinal = models.PositiveSmallIntegerField()
    step = rows.member(Step, max_length=16)
    on = models.DateField()
    reason = models.CharField(max_length=CODE_LENGTH, blank=True)
    noted_at = models.DateTimeField()
    actor_kind = rows.member(ActorKind, max_length=10)
    actor = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    words = SealedField(compartment=Compartment.CASEWORK)

    class Meta:
        constraints = [
            rows.one_of("step", Step, "perpetrators_event_step"),
            models.UniqueConstraint(fields=["referral", "ordinal"], name="perpetrators_event_once"),
        ]

    def __str__(self) -> str:
        return self.step


class Outgoing(models.Model):
    """A signal that waits for the next round, which hands it on and deletes it. It names no referral."""

    id = RandomKey()
    token = models.CharField(max_length=REFERENCE_LENGTH)
    kind = rows.member(SignalKind, max_length=16)

    class Meta:
        constraints = [rows.one_of("kind", SignalKind, "perpetrators_outgoing_kind")]

    def __str__(self) -> str:
        return "signal"
