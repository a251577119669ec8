"""The forum: seats, meetings, who was there, and what was decided."""

import uuid

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH
from leeward.policy.strategy.models.mapping import SECTORS
from leeward.policy.strategy.models.plan import Action
from leeward.policy.strategy.rules.forum import NewDecision, NewMeeting, NewMember
from leeward.policy.strategy.rules.terms import MeetingState, Presence, Sector


class Member(models.Model):
    """A seat in the forum. Its person's name is for the secretariat alone."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.CharField(max_length=LINE_LENGTH)
    sector = models.CharField(max_length=12, choices=SECTORS)
    seat = models.CharField(max_length=LINE_LENGTH)
    person = models.CharField(max_length=LINE_LENGTH, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

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

    def as_entry(self) -> NewMember:
        """The row as the rules know it."""
        return NewMember(
            organisation=self.organisation,
            sector=Sector(self.sector),
            seat=self.seat,
            person=self.person,
            joined_on=self.joined_on,
            left_on=self.left_on,
        )


class Meeting(models.Model):
    """A meeting of the forum. Never deleted: one that does not take place is cancelled, for a reason."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=LINE_LENGTH)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=LINE_LENGTH, blank=True)
    agenda = models.JSONField(default=list)
    is_public = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in MeetingState])
    cancelled_reason = models.CharField(max_length=LINE_LENGTH, blank=True)
    changed_at = models.DateTimeField()

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

    def as_entry(self) -> NewMeeting:
        """The row as the rules know it."""
        return NewMeeting(
            title=self.title,
            starts_at=self.starts_at,
            minutes=self.minutes,
            place=self.place,
            agenda=tuple(self.agenda),
            is_public=self.is_public,
        )


class Attendance(models.Model):
    """Whether a member was at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Presence])

    class Meta:
        constraints = [models.UniqueConstraint(name="strategy_attendance_once", fields=["meeting", "member"])]

    def __str__(self) -> str:
        return self.presence


class Decision(models.Model):
    """What a meeting decided. Its number is for good and counts through all meetings."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(unique=True)
    text = models.TextField(max_length=TEXT_LENGTH)
    actions = models.ManyToManyField(Action, related_name="decisions")
    is_public = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"D{self.number}"

    def as_entry(self) -> NewDecision:
        """The row as the rules know it; asks for its actions."""
        return NewDecision(
            text=self.text, actions=tuple(each.public_id for each in self.actions.all()), is_public=self.is_public
        )
