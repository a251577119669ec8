"""Tables of the network. What says anything about anybody is sealed; docs/clear-fields.md defends the rest."""

from django.db import models
from django.db.models import F, Q

from leeward.foundation import rows
from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.editing.values import URL_LENGTH
from leeward.foundation.editions.signed import Signed
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment, Service
from leeward.foundation.work.inherited import Claimed
from leeward.victim.file.rules.paths import SupportPath
from leeward.victim.network.errors import AlertMistake
from leeward.victim.network.rules.clocks import MOST, Terms
from leeward.victim.network.rules.meetings import ActionState
from leeward.victim.network.rules.members import Kind, MemberState, Said, Sector, Way
from leeward.victim.network.rules.releases import MOST_RECEIVERS
from leeward.victim.network.rules.tactics import (
    LONGEST_WORDS,
    AlertKind,
    AnswerKind,
    Channel,
    Demand,
    Lever,
    Means,
    WayIn,
)
from leeward.victim.network.rules.turns import READABLE, Act, InTouch, ReferralState, ToldAgain, TurnState

REFERENCE_LENGTH = 64
CODE_LENGTH = 40
NAME_LENGTH = 200
MOST_PLACES = MOST_DAYS = 999
LONGEST_ANSWER = 500


class Member(rows.Edited):
    """An organisation under the network's protocol, and the protocol's terms. `name`: as it signed."""

    id = RandomKey()
    name = models.CharField(max_length=NAME_LENGTH)
    # The directory's organisation.
    organization = models.UUIDField()
    sector = rows.member(Sector, max_length=10)
    state = rows.member(MemberState, max_length=10, default=MemberState.APPLICANT)
    way = rows.member(Way, max_length=10, default=Way.ACCOUNTS)
    # Where the forwarder writes to it; "" where it is written nothing.
    mailbox = SealedField(compartment=Compartment.CONTACT, service=Service.FORWARDER)
    protocol_version = models.PositiveIntegerField(default=1)
    signed_on = models.DateField(null=True)
    until = models.DateField(null=True)
    # What it must pass on by law, to whom and in its own words.
    passes_to = models.JSONField(default=list, blank=True)
    passes_on = models.TextField(blank=True, default="")
    accept_days = models.PositiveSmallIntegerField(default=MOST.accept_days)
    accept_hours = models.PositiveSmallIntegerField(default=MOST.accept_hours)
    act_days = models.PositiveSmallIntegerField(default=MOST.act_days)
    act_days_urgent = models.PositiveSmallIntegerField(default=MOST.act_days_urgent)
    # What it wrote when it asked to join, until that is decided.
    applied = models.TextField(blank=True, default="")
    # The key of its own program: a digest alone, and the version of the protocol under which it was drawn.
    key_digest = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    key_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            rows.one_of("state", MemberState, "network_member_state"),
            models.UniqueConstraint(fields=["key_digest"], condition=~Q(key_digest=""), name="network_member_key"),
            rows.one_of("way", Way, "network_member_way"),
            models.CheckConstraint(
                name="network_member_link_is_mailed",
                condition=~Q(way=Way.LINK.value) | ~Q(mailbox="") | Q(state=MemberState.LEFT.value),
            ),
            models.CheckConstraint(
                name="network_member_terms",
                condition=Q(
                    accept_days__range=(1, MOST.accept_days),
                    accept_hours__range=(1, MOST.accept_hours),
                    act_days__range=(1, MOST.act_days),
                    act_days_urgent__range=(1, MOST.act_days_urgent),
                ),
            ),
            models.CheckConstraint(
                name="network_member_signed",
                condition=Q(state=MemberState.APPLICANT.value)
                | Q(signed_on__isnull=False, until__isnull=False, until__gte=F("signed_on")),
            ),
            models.CheckConstraint(name="network_member_named", condition=~Q(name="")),
        ]
        indexes = [models.Index(fields=["name", "id"], name="network_member_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def team(self) -> str:
        """The vault's team that opens what is passed on to it."""
        return f"member:{self.public_id}"

    @property
    def has_mailbox(self) -> bool:
        """Whether it is written that something waits for it."""
        return bool(self.mailbox)

    @property
    def has_key(self) -> bool:
        """Whether a program of its own speaks for it, under its protocol as it is now."""
        return bool(self.key_digest) and self.key_version == self.protocol_version

    @property
    def terms(self) -> Terms:
        """Within which time it answers and begins."""
        return Terms(
            accept_days=self.accept_days,
            accept_hours=self.accept_hours,
            act_days=self.act_days,
            act_days_urgent=self.act_days_urgent,
        )


class Practice(rows.Edited):
    """Something that was found to help, on the network's shelf: a page, what was measured, and until when it holds."""

    id = RandomKey()
    # The code of a page of `foundation/pages`, which everybody can read.
    page = models.CharField(max_length=CODE_LENGTH, unique=True)
    measured = models.TextField()
    result = models.TextField()
    measured_by = models.CharField(max_length=NAME_LENGTH)
    source = models.CharField(max_length=URL_LENGTH, blank=True)
    review_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.page


class PathReview(rows.Edited):
    """That people whom a path of harm concerns read its page, what they said, and what came of it. Everybody reads it.

    `sha256`: of the text that they read, in `language`.
    """

    id = RandomKey()
    path = rows.member(SupportPath, max_length=CODE_LENGTH)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="path_reviews")
    people = models.CharField(max_length=NAME_LENGTH)
    said = models.TextField()
    language = models.CharField(max_length=CODE_LENGTH)
    sha256 = models.CharField(max_length=REFERENCE_LENGTH)
    reviewed_on = models.DateField()
    review_on = models.DateField()
    answer = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            rows.one_of("path", SupportPath, "network_path_review_path"),
            models.CheckConstraint(name="network_path_review_days", condition=Q(review_on__gt=F("reviewed_on"))),
        ]

    def __str__(self) -> str:
        return self.path


class Accepted(models.Model):
    """Which version of their protocol somebody who works at a member has accepted; nobody reads anything before."""

    id = RandomKey()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="accepted")
    staff = models.CharField(max_length=REFERENCE_LENGTH)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "staff"], name="network_accepted_once")]

    def __str__(self) -> str:
        return "accepted"


class MemberService(models.Model):
    """One service of the directory with which a member takes part: its clocks run in that service's hours."""

    id = RandomKey()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="services")
    service = models.UUIDField(unique=True)
    kinds = models.JSONField(default=list)
    languages = models.JSONField(default=list)

    def __str__(self) -> str:
        return "service of a member"


class Capacity(models.Model):
    """What a member last said about its room for one kind of help at one service."""

    id = RandomKey()
    service = models.ForeignKey(MemberService, on_delete=models.CASCADE, related_name="capacities")
    kind = rows.member(Kind, max_length=10)
    said = rows.member(Said, max_length=15)
    places = models.PositiveSmallIntegerField(null=True)
    wait_days = models.PositiveSmallIntegerField(null=True)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "kind"], name="network_capacity_once"),
            rows.one_of("said", Said, "network_capacity_said"),
            models.CheckConstraint(
                name="network_capacity_numbers",
                condition=(Q(places__isnull=True) | Q(places__lte=MOST_PLACES))
                & (Q(wait_days__isnull=True) | Q(wait_days__lte=MOST_DAYS)),
            ),
        ]

    def __str__(self) -> str:
        return "capacity"


class TrainedCount(models.Model):
    """How many of a member's people have one training in date, as training counted or as the member says."""

    class Source(Labelled):
        """Who says it."""

        TRAINING = "training", mark("Counted by training")
        DECLARED = "declared", mark("As the member says")

    id = RandomKey()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="trained")
    requirement = models.CharField(max_length=CODE_LENGTH)
    in_date = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    as_of = models.DateField()
    source = rows.member(Source, max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "requirement"], name="network_trained_once"),
            models.CheckConstraint(name="network_trained_share", condition=Q(people__gte=1, in_date__lte=F("people"))),
        ]

    def __str__(self) -> str:
        return "trained"


class Referral(Boxed):
    """One person's yes to up to three named receivers, in their order. Its reference is the vault's file of that yes.

    `state` and `look_at` are computed from its turns, and kept to find it by.
    """

    id = RandomKey()
    file = models.ForeignKey("file.File", on_delete=models.PROTECT, related_name="referrals")
    # Whose worker prepared it, and to whom it comes back.
    team = models.CharField(max_length=REFERENCE_LENGTH)
    kind = rows.member(Kind, max_length=10)
    is_urgent = models.BooleanField(default=False)
    # Counts changes before the yes, so that nobody says yes to what was changed meanwhile.
    version = models.PositiveIntegerField(default=1)
    state = rows.member(ReferralState, max_length=10, default=ReferralState.DRAFTED)
    # How the person said yes, and who heard it.
    yes = SealedField(compartment=Compartment.STORY)
    # Why it is passed on without their yes, as they read it; "" for all others.
    without = SealedField(compartment=Compartment.STORY)
    # False for what is passed on without a yes, until their pages tell it: that can be dangerous.
    is_told = models.BooleanField(default=True)
    begun_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The last day on which a receiver can open anything of it.
    until = models.DateField()
    # When the forwarder looks at it next; None where nothing of it can become due.
    look_at = models.DateTimeField(null=True)
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            rows.one_of("state", ReferralState, "network_referral_state"),
            models.CheckConstraint(
                name="network_referral_agreed",
                condition=Q(agreed_at__isnull=False)
                | Q(state__in=[ReferralState.DRAFTED.value, ReferralState.WITHDRAWN.value]),
            ),
            models.CheckConstraint(
                name="network_referral_between_is_looked_at",
                condition=~Q(state__in=[ReferralState.OPEN.value, ReferralState.BETWEEN.value])
                | Q(look_at__isnull=False),
            ),
            # Nothing that somebody said yes to is kept from them.
            models.CheckConstraint(name="network_referral_told", condition=Q(is_told=True) | ~Q(without="")),
        ]
        indexes = [
            models.Index(fields=["look_at", "id"], name="network_referral_due", condition=Q(look_at__isnull=False)),
            models.Index(fields=["team", "state", "id"], name="network_referral_team"),
            models.Index(
                fields=["is_told", "file", "ended_at"],
                name="network_referral_back",
                condition=Q(state=ReferralState.RETURNED.value),
            ),
            # What came back lately, however much came back before.
            models.Index(
                fields=["is_told", "ended_at", "file"],
                name="network_referral_back_at",
                condition=Q(state=ReferralState.RETURNED.value),
            ),
        ]

    def __str__(self) -> str:
        return "referral"


class Turn(Boxed, Claimed):
    """One receiver's turn. Its reference is the vault's file of what that receiver gets, and of what they ask.

    Until its turn comes the forwarder alone can open it for them: the member's key opens nothing of it.
    """

    id = RandomKey()
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="turns")
    # Which of the member's services is asked, by the directory's id.
    service = models.UUIDField()
    release = SealedField(compartment=Compartment.PACKET)
    # Which entries of their locker the person shows this receiver: references. Empty where they never showed one.
    shown = SealedField(compartment=Compartment.PACKET)
    state = rows.member(TurnState, max_length=15, default=TurnState.DRAFTED)
    # Since when it stands so, and the clock that runs: until when they answer, then until when they begin.
    since = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    # Until when a question stops the first clock; it does so once.
    resumes_at = models.DateTimeField(null=True)
    # Why it ended: a word of the fixed list for its state.
    code = models.CharField(max_length=CODE_LENGTH, blank=True)
    # The public digest of the link by which a receiver without accounts comes in; "" for all others.
    link = models.CharField(max_length=CODE_LENGTH, blank=True)
    # The last mail about it.
    parcel = models.UUIDField(null=True)
    # What the person says: whether they got in touch, and whether it had to be told again.
    in_touch = rows.maybe_member(InTouch, max_length=10)
    told_again = rows.maybe_member(ToldAgain, max_length=10)

    class Meta:
        constraints = [
            rows.one_of("state", TurnState, "network_turn_state"),
            models.UniqueConstraint(fields=["referral", "position"], name="network_turn_position"),
            models.UniqueConstraint(fields=["referral", "member"], name="network_turn_member_once"),
            # However our code errs: nothing is open to two receivers at once.
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(state__in=sorted(state.value for state in READABLE)),
                name="network_turn_one_readable",
            ),
            models.UniqueConstraint(fields=["link"], condition=~Q(link=""), name="network_turn_link"),
            models.CheckConstraint(name="network_turn_three", condition=Q(position__range=(1, MOST_RECEIVERS))),
        ]
        indexes = [
            models.Index(fields=["member", "state", "since", "id"], name="network_turn_inbox"),
            models.Index(fields=["service", "since"], name="network_turn_no_room", condition=Q(code="no_room")),
            # Those of which something may be for the worker to do.
            models.Index(
                fields=["state", "due_at"],
                name="network_turn_to_do",
                condition=Q(state__in=[TurnState.ASKED.value, TurnState.ACCEPTED.value]),
            ),
        ]

    def __str__(self) -> str:
        return "turn"


class MeetingAction(Boxed):
    """One thing that a meeting decided to do for a person. What, who and what came of it is sealed with the turn."""

    id = RandomKey()
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="actions")
    state = rows.member(ActionState, max_length=10, default=ActionState.OPEN)
    words = SealedField(compartment=Compartment.PACKET)
    owner = SealedField(compartment=Compartment.PACKET)
    outcome = SealedField(compartment=Compartment.PACKET)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            rows.one_of("state", ActionState, "network_action_state"),
            models.CheckConstraint(
                name="network_action_ended",
                condition=Q(state=ActionState.OPEN.value, ended_at__isnull=True)
                | (~Q(state=ActionState.OPEN.value) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["turn", "due_on"], name="network_action_due", condition=Q(state=ActionState.OPEN.value)
            ),
        ]

    def __str__(self) -> str:
        return "meeting's action"


class TurnEvent(Boxed):
    """One thing that happened to a turn: the write. `words`: a question or its answer, sealed with the turn's key."""

    id = RandomKey()
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="events")
    # 1, 2, 3 of a turn: the person's own events tell the hour alone.
    ordinal = models.PositiveIntegerField()
    act = rows.member(Act, max_length=15)
    at = models.DateTimeField()
    actor_kind = rows.member(ActorKind, max_length=10)
    actor_reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    code = models.CharField(max_length=CODE_LENGTH, blank=True)
    words = SealedField(compartment=Compartment.PACKET)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["turn", "ordinal"], name="network_event_ordinal")]

    def __str__(self) -> str:
        return self.act


class Tactic(models.Model):
    """What is done to many people alike, in words that name nobody. `begun_on`: the day of its first sighting."""

    id = RandomKey()
    public_id = rows.public_id()
    words = models.CharField(max_length=LONGEST_WORDS)
    channel = rows.member(Channel, max_length=20)
    way_in = rows.member(WayIn, max_length=20)
    lever = rows.member(Lever, max_length=20)
    demand = rows.member(Demand, max_length=20)
    means = rows.member(Means, max_length=20)
    begun_on = models.DateField(db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(name="network_tactic_said", condition=~Q(words=""))]

    def __str__(self) -> str:
        return "tactic"


class Sighting(models.Model):
    """That somebody who came met a tactic: when, by whose word, and nothing of them. Of the day only the week stays."""

    id = RandomKey()
    reference = models.UUIDField(unique=True, editable=False)
    tactic = models.ForeignKey(Tactic, on_delete=models.CASCADE, related_name="sightings")
    # The Monday of its ISO week, and the day as long as the rule counts days.
    week = models.DateField()
    on = models.DateField(null=True)
    team = models.CharField(max_length=REFERENCE_LENGTH)
    by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        indexes = [
            models.Index(fields=["tactic", "week"], name="network_sighting_week"),
            models.Index(fields=["on"], name="network_sighting_day", condition=Q(on__isnull=False)),
            models.Index(fields=["week", "team"], name="network_sighting_team"),
        ]

    def __str__(self) -> str:
        return "sighting"


class Alert(Signed):
    """A warning about a tactic. Whoever words it drafts it; a second person who has read the words signs it.

    `words` and `helps` by language. It is out from `leaves_at` on; `since`: the Monday of the week since when.
    """

    OWN = AlertMistake.OWN

    id = RandomKey()
    public_id = rows.public_id()
    tactic = models.ForeignKey(Tactic, on_delete=models.PROTECT, related_name="alerts")
    kind = rows.member(AlertKind, max_length=10)
    since = models.DateField()
    words = models.JSONField(default=dict)
    helps = models.JSONField(default=dict)
    leaves_at = models.DateTimeField(null=True)

    class Meta(Signed.Meta):
        constraints = [
            *Signed.Meta.constraints,
            rows.one_of("kind", AlertKind, "network_alert_kind"),
            models.CheckConstraint(
                name="network_alert_leaves_signed",
                condition=Q(leaves_at__isnull=True, signed_at__isnull=True)
                | Q(leaves_at__isnull=False, signed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["tactic"],
                condition=Q(signed_at__isnull=True, discarded_at__isnull=True),
                name="network_alert_one_waits",
            ),
        ]
        indexes = [models.Index(fields=["leaves_at", "id"], name="network_alert_left")]

    def __str__(self) -> str:
        return "alert"


class AlertLetter(models.Model):
    """That an alert was written about to a member, or, without one, to the government's contact, who may answer."""

    id = RandomKey()
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="letters")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The public digest of the link in it; "" for members with accounts, and once the link is ended.
    # The mail; None where it could not be written.
    link = models.CharField(max_length=CODE_LENGTH, blank=True)
    parcel = models.UUIDField(null=True)
    # Until when the government's contact answers.
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "member"], name="network_letter_once"),
            models.UniqueConstraint(
                fields=["alert"], condition=Q(member__isnull=True), name="network_letter_contact_once"
            ),
            models.UniqueConstraint(fields=["link"], condition=~Q(link=""), name="network_letter_link"),
            models.CheckConstraint(
                name="network_letter_contact_answers",
                condition=Q(member__isnull=True, due_at__isnull=False) | Q(member__isnull=False, due_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return "letter"


class AlertAnswer(models.Model):
    """What the government's contact said to an alert, with its day; it is never changed, only added to."""

    id = RandomKey()
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="answers")
    kind = rows.member(AnswerKind, max_length=10)
    words = models.CharField(max_length=LONGEST_ANSWER, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            rows.one_of("kind", AnswerKind, "network_answer_kind"),
            models.CheckConstraint(
                name="network_answer_says_why", condition=~Q(kind=AnswerKind.NOT_OURS.value) | ~Q(words="")
            ),
        ]

    def __str__(self) -> str:
        return "answer"


class WarningPlan(rows.Edited):
    """The nation's one row on warnings: when they leave, by its clock, and who of the government gets them."""

    id = RandomKey()
    office = models.CharField(max_length=NAME_LENGTH, blank=True)
    mailbox = SealedField(compartment=Compartment.CONTACT, service=Service.FORWARDER)
    language = models.CharField(max_length=CODE_LENGTH, blank=True)
    first = models.TimeField()
    second = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="network_plan_times", condition=Q(second__gt=F("first"))),
        ]

    def __str__(self) -> str:
        return self.office


class LawGap(rows.Edited):
    """What people meet and the law does not reach, in one sentence of the front line; `closed_on`: not any more."""

    id = RandomKey()
    words = models.CharField(max_length=LONGEST_WORDS)
    named_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="network_gap_said", condition=~Q(words=""))]

    def __str__(self) -> str:
        return self.words
