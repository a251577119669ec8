"""The table of parcels. A row says where its parcel is; whom it is for and what it says is sealed to the courier."""

import uuid
from datetime import datetime
from enum import StrEnum

from django.db import models

from leeward.foundation.outbox.rules.parcels import ParcelKind, ParcelState, Stage, Trouble
from leeward.foundation.outbox.rules.retries import LEASE
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment, Service


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class ParcelQuerySet(models.QuerySet["Parcel"]):
    """Parcels by what is to be done with them."""

    def due(self, now: datetime) -> "ParcelQuerySet":
        """Those whose time has come, the longest wait first."""
        return self.filter(state=Stage.WAITING, next_try_at__lte=now).order_by("next_try_at", "id")

    def abandoned(self, now: datetime) -> "ParcelQuerySet":
        """Those whose courier did not come back within its time."""
        return self.filter(state=Stage.SENDING, claimed_at__lte=now - LEASE).order_by("claimed_at", "id")


class Parcel(models.Model):
    """One mail or one webhook. `public_id` is what makes it one: posted twice, it is still one parcel."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=_choices(ParcelKind))
    state = models.CharField(max_length=10, choices=_choices(Stage), default=Stage.WAITING.value)
    sealed = SealedField(compartment=Compartment.PACKET, service=Service.COURIER)
    attempts = models.PositiveSmallIntegerField(default=0)
    posted_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Since then nobody wants it to leave any more; one that was in a courier's hands just then is not tried again.
    recalled_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, choices=_choices(Trouble), blank=True, default=Trouble.NONE.value)
    reply_code = models.PositiveSmallIntegerField(default=0)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbox_parcel_kind", condition=models.Q(kind__in=[kind.value for kind in ParcelKind])
            ),
            models.CheckConstraint(
                name="outbox_parcel_state", condition=models.Q(state__in=[stage.value for stage in Stage])
            ),
            models.CheckConstraint(
                name="outbox_parcel_trouble", condition=models.Q(trouble__in=[trouble.value for trouble in Trouble])
            ),
            models.CheckConstraint(
                name="outbox_parcel_waits_for_a_time",
                condition=models.Q(state=Stage.WAITING.value, next_try_at__isnull=False)
                | (~models.Q(state=Stage.WAITING.value) & models.Q(next_try_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="outbox_parcel_under_way_is_claimed",
                condition=~models.Q(state=Stage.SENDING.value) | models.Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outbox_parcel_under_way_has_content",
                condition=~models.Q(state__in=[Stage.WAITING.value, Stage.SENDING.value]) | ~models.Q(sealed=""),
            ),
            models.CheckConstraint(
                name="outbox_parcel_delivered_is_wiped",
                condition=models.Q(state=Stage.SENT.value, sent_at__isnull=False, sealed="")
                | (~models.Q(state=Stage.SENT.value) & models.Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="outbox_parcel_unsure_was_handed_over",
                condition=~models.Q(state=Stage.UNSURE.value) | models.Q(handed_over_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outbox_parcel_ends_at_a_time",
                condition=models.Q(state__in=[Stage.WAITING.value, Stage.SENDING.value], ended_at__isnull=True)
                | models.Q(
                    state__in=[Stage.SENT.value, Stage.FAILED.value, Stage.UNSURE.value, Stage.RECALLED.value],
                    ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="outbox_parcel_recalled_is_wiped",
                condition=~models.Q(state=Stage.RECALLED.value) | models.Q(recalled_at__isnull=False, sealed=""),
            ),
            models.CheckConstraint(
                name="outbox_parcel_recalled_does_not_wait",
                condition=~models.Q(state=Stage.WAITING.value) | models.Q(recalled_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="outbox_parcel_due"),
            models.Index(fields=["state", "ended_at"], name="outbox_parcel_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    def as_state(self) -> ParcelState:
        """The parcel as other apps see it."""
        return ParcelState(
            parcel=self.public_id,
            kind=ParcelKind(self.kind),
            state=Stage(self.state),
            attempts=self.attempts,
            posted_at=self.posted_at,
            next_try_at=self.next_try_at,
            handed_over_at=self.handed_over_at,
            sent_at=self.sent_at,
            trouble=Trouble(self.trouble),
            reply_code=self.reply_code,
            has_content=self.sealed != "",
        )
