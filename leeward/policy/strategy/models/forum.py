"""The forum: seats, meetings, who was there, and what was decided."""

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH
from leeward.foundation.rows import Edited, choice
from leeward.policy.strategy.models.plan import Action
from leeward.policy.strategy.rules.terms import MeetingState, Presence, Sector


class Member(Edited):
    """A seat in the forum. Its person's name is for the secretariat alone."""

    organisation = models.CharField(max_length=LINE_LENGTH)
    sector = choice(Sector, 12)
    seat = models.CharField(max_length=LINE_LENGTH)
    person = models.CharField(max_length=LINE_LENGTH, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        ordering = ["organisation", "id"]
        constraints = [
            models.CheckConstraint(
                name="strategy_member_leaves_later",
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
            )
        ]

    def __str__(self) -> str:
        return self.organisation


class Meeting(Edited):
    """A meeting of the forum. Never deleted: one that does not take place is cancelled, for a reason."""

    title = models.CharField(max_length=LINE_LENGTH)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=LINE_LENGTH, blank=True)
    agenda = models.JSONField(default=list)
    is_public = models.BooleanField(default=False)
    state = choice(MeetingState, 10)
    cancelled_reason = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="strategy_meeting_cancelled_why",
                condition=(models.Q(state=MeetingState.CANCELLED.value) & ~models.Q(cancelled_reason=""))
                | (~models.Q(state=MeetingState.CANCELLED.value) & models.Q(cancelled_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether a member was at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    presence = choice(Presence, 10)

    class Meta:
        constraints = [models.UniqueConstraint(name="strategy_attendance_once", fields=["meeting", "member"])]

    def __str__(self) -> str:
        return self.presence


class Decision(Edited):
    """What a meeting decided. Its number is for good and counts through all meetings."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(unique=True)
    text = models.TextField(max_length=TEXT_LENGTH)
    actions = models.ManyToManyField(Action, related_name="decisions")
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"D{self.number}"
