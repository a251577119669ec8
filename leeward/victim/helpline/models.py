"""Tables of the helpline. What says anything about anybody is sealed; docs/clear-fields.md defends the rest."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.rows import Edited, maybe_member, member, one_of
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.foundation.work.inherited import Claimed, Noted, SecondLook
from leeward.victim.helpline.rules.calls import MOST_ATTEMPTS, CallState
from leeward.victim.helpline.rules.care import CareKind, CareState
from leeward.victim.helpline.rules.cases import CaseSource, CaseState, EventKind, Turn
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.paces import Pace
from leeward.victim.helpline.rules.plans import PlanState
from leeward.victim.helpline.rules.signals import ListenerAsked
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.removals.rules.reports import Band

REFERENCE_LENGTH = 64
CODE_LENGTH = 40
SOURCE_LENGTH = 200
# Until when an answer is promised; since when it waits, where no hours are known by which to promise one.
BY_PROMISE = Coalesce("promise_due", "waiting_since")
# Since when somebody was told nothing.
TOLD_AT = Coalesce("said_at", "opened_at")


class Case(Boxed, Claimed):
    """What the helpline does for one person. State, turn and clocks are computed from its events, and kept to sort by.

    `thread` is where they write each other, `casework` the vault's file of staff's notes, which is never hers.
    """

    id = RandomKey()
    file = models.OneToOneField("file.File", on_delete=models.PROTECT, related_name="case")
    thread = models.OneToOneField("file.Thread", on_delete=models.PROTECT, related_name="case")
    casework = models.UUIDField(unique=True, editable=False)
    # How she wishes to be treated: sealed with the thread's key, so that she and the helpline alone open it.
    needs = SealedField(compartment=Compartment.STORY)
    # Which pages of advice they were given, each with the digest of its text: sealed as the line above.
    advice = SealedField(compartment=Compartment.STORY)
    # Whether it may be lent to volunteers: she may keep them out, and the helpline goes on.
    may_be_lent = models.BooleanField(default=True)
    # Which of our teams works on it: the helpline, or those who lead it.
    team = models.CharField(max_length=REFERENCE_LENGTH, default="helpline")
    source = member(CaseSource, max_length=10)
    state = member(CaseState, max_length=10, default=CaseState.NEW)
    turn = member(Turn, max_length=10, default=Turn.US)
    band = member(Band, max_length=10, default=Band.GREEN)
    opened_at = models.DateTimeField()
    # Since when something of hers waits for an answer, and until when one is promised.
    waiting_since = models.DateTimeField(null=True)
    promise_due = models.DateTimeField(null=True)
    # The first promise and what came of it, for the nation's figures.
    first_due = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # When somebody answered last, and since when it is the turn of whose turn it is: tasks follow from both.
    said_at = models.DateTimeField(null=True)
    turn_since = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    statistics_agreed_at = models.DateTimeField(null=True)
    # What it has added to the counts of parity: the person's code opens it too, so that it can be taken away again.
    counted = SealedField(compartment=Compartment.STORY)
    # On which day danger is asked about again; of what was found nothing stands in clear.
    screen_on = models.DateField(null=True)
    # On which day the plan is looked at again; None where there is none.
    plan_on = models.DateField(null=True)
    # How fast we go with her: it follows from what she wishes, and clocks and lists follow from it.
    pace = member(Pace, max_length=10, default=Pace.USUAL)

    class Meta:
        constraints = [
            one_of("state", CaseState, "helpline_case_state"),
            one_of("turn", Turn, "helpline_case_turn"),
            one_of("band", Band, "helpline_case_band"),
            one_of("pace", Pace, "helpline_case_pace"),
            models.CheckConstraint(
                name="helpline_case_closed_once_closed",
                condition=Q(state=CaseState.CLOSED.value, closed_at__isnull=False, waiting_since__isnull=True)
                | (~Q(state=CaseState.CLOSED.value) & Q(closed_at__isnull=True)),
            ),
        ]
        # Each list's own order, with the key behind it: of one team, since those who lead the helpline have few cases,
        # which nobody should look for among all of it.
        indexes = [
            models.Index(
                F("team"), BY_PROMISE, "id", name="helpline_case_waits", condition=Q(waiting_since__isnull=False)
            ),
            models.Index(
                F("team"),
                F("band"),
                BY_PROMISE,
                "id",
                name="helpline_case_waits_band",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["team", "review_on", "id"], name="helpline_case_review", condition=Q(review_on__isnull=False)
            ),
            models.Index(
                fields=["team", "opened_at", "id"], name="helpline_case_open", condition=Q(closed_at__isnull=True)
            ),
            # Whether something came back after they were answered is read from this alone.
            models.Index(
                fields=["file", "said_at", "opened_at"],
                name="helpline_case_told",
                condition=Q(closed_at__isnull=True),
            ),
            # Since when somebody whom we still help was told nothing: what came back before that is no news.
            models.Index(TOLD_AT, name="helpline_case_told_at", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["team", "opened_at", "id"], name="helpline_case_all"),
            models.Index(fields=["team", "state", "opened_at", "id"], name="helpline_case_all_state"),
            models.Index(
                fields=["claimed_by", "claimed_until"], name="helpline_case_claimed", condition=~Q(claimed_by="")
            ),
            models.Index(fields=["team", "turn", "turn_since", "id"], name="helpline_case_silent"),
            models.Index(
                fields=["team", "screen_on", "id"], name="helpline_case_screen", condition=Q(screen_on__isnull=False)
            ),
            models.Index(
                fields=["team", "plan_on", "id"], name="helpline_case_plan", condition=Q(plan_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return "case"


class CaseEvent(models.Model):
    """One thing that happened to a case: the write. Its `code` is a word of a fixed list, never anybody's words."""

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    # 1, 2, 3 of a case: her own events tell the hour alone.
    ordinal = models.PositiveIntegerField()
    kind = member(EventKind, max_length=15)
    at = models.DateTimeField()
    actor_kind = member(ActorKind, max_length=10)
    actor_reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    code = models.CharField(max_length=CODE_LENGTH, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "ordinal"], name="helpline_event_ordinal")]

    def __str__(self) -> str:
        return self.kind


class Help(Boxed):
    """One thing she asked for: what was offered, and what came of it, by her word and by the worker's."""

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="helps")
    kind = member(HelpKind, max_length=10)
    state = member(HelpState, max_length=15, default=HelpState.ASKED)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    met = maybe_member(Met, max_length=10)
    # The worker's view, beside hers.
    seen = maybe_member(Met, max_length=10)
    words = SealedField(compartment=Compartment.CASEWORK)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(ended_at__isnull=True), name="helpline_help_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="helpline_help_unended", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return "help"


class Assessment(Boxed):
    """That somebody asked about danger once: what was said, and apart from it what the worker judged. Never hers."""

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assessments")
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)
    answers = SealedField(compartment=Compartment.CASEWORK)
    judgement = SealedField(compartment=Compartment.CASEWORK)

    def __str__(self) -> str:
        return "assessment"


class PlanVersion(Boxed):
    """One version of a person's plan to stay safe, or a change of it that the helpline suggests.

    It is sealed with the thread's key, so the person and the helpline alone open it. Versions stay.
    """

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="plans")
    # 1, 2, 3 of a case: the person's own tell the hour alone.
    ordinal = models.PositiveIntegerField()
    state = member(PlanState, max_length=10)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    words = SealedField(compartment=Compartment.STORY)

    class Meta:
        constraints = [
            one_of("state", PlanState, "helpline_plan_state"),
            models.UniqueConstraint(fields=["case", "ordinal"], name="helpline_plan_ordinal"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=PlanState.WAITS.value), name="helpline_plan_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return "plan"


class Lent(models.Model):
    """That volunteers may read a case until the end of their shift. What lets them in are grants that end by then."""

    id = RandomKey()
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="lent")
    until = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=REFERENCE_LENGTH)

    def __str__(self) -> str:
        return "lent case"


class StandIn(models.Model):
    """That one colleague may read one case of the closed team until a moment: grants to a team of one let them in.

    `team`: that team, made for this alone. `ended_at`: when nothing was left to take back; the row stays with the case.
    """

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stand_ins")
    team = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    staff = models.CharField(max_length=REFERENCE_LENGTH, db_index=True)
    by = models.CharField(max_length=REFERENCE_LENGTH)
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="helpline_stand_in_one"),
            models.CheckConstraint(name="helpline_stand_in_four_eyes", condition=~Q(staff=F("by"))),
        ]

    def __str__(self) -> str:
        return "stand-in"


class Recusal(models.Model):
    """That a member of staff knows the person: the case is nowhere on their pages, and they open nothing of it.

    `team`: of which team they were then. Why is not asked.
    """

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="recusals")
    staff = models.CharField(max_length=REFERENCE_LENGTH)
    team = models.CharField(max_length=REFERENCE_LENGTH)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="helpline_recusal_once")]

    def __str__(self) -> str:
        return "recusal"


class Clearance(models.Model):
    """That a volunteer answers without a mentor who looks first."""

    id = RandomKey()
    staff = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)

    def __str__(self) -> str:
        return "clearance"


class Listener(Boxed):
    """That the helpline hears, for one case, what a programme tells of the other person. By which token is sealed."""

    id = RandomKey()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="listeners")
    asked = member(ListenerAsked, max_length=10)
    token = SealedField(compartment=Compartment.CASEWORK)
    # The same, sealed to the liaison; "" where the liaison hears nothing for this case.
    told = SealedField(compartment=Compartment.CASEWORK)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [one_of("asked", ListenerAsked, "helpline_listener_asked")]

    def __str__(self) -> str:
        return "listener"


class Signal(models.Model):
    """What a programme told once, sealed to a team: alike whether anybody listens or not, and whatever it says.

    Each team that may listen has a row of its own, since the database must not know whose case does. `index`: the blind
    index of the token. `due_at`: until when somebody has looked, by the helpline's open hours.
    """

    id = RandomKey()
    reference = models.UUIDField(unique=True, editable=False)
    team = models.CharField(max_length=REFERENCE_LENGTH, default="helpline")
    index = models.CharField(max_length=64, db_index=True)
    sealed = SealedField(compartment=Compartment.CASEWORK)
    at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "at"], name="helpline_signal_waits", condition=Q(looked_at__isnull=True))
        ]

    def __str__(self) -> str:
        return "signal"


class Care(models.Model):
    """A pause, a debrief or an hour of supervision of somebody who works here: that it was, how long, and never why."""

    id = RandomKey()
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = member(CareKind, max_length=12)
    state = member(CareState, max_length=10)
    staff = models.CharField(max_length=REFERENCE_LENGTH, db_index=True)
    at = models.DateTimeField(db_index=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)  # of a pause

    class Meta:
        constraints = [
            one_of("kind", CareKind, "helpline_care_kind"),
            one_of("state", CareState, "helpline_care_state"),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(kind=CareKind.PAUSE.value, ended_at__isnull=True),
                name="helpline_care_one_pause",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class CallBack(Boxed):
    """The call that she asked for. A sweep forgets it 30 days after its time.

    Its window says when she is alone, so it is sealed with the thread's key. `due_at` is where the quarter of that day
    begins, by the nation's clock: enough to sort calls by.
    """

    id = RandomKey()
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="call_back")
    state = member(CallState, max_length=15)
    window = SealedField(compartment=Compartment.STORY)
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("state", CallState, "helpline_call_state"),
            models.CheckConstraint(
                name="helpline_call_tried",
                condition=Q(attempts__lte=MOST_ATTEMPTS) & ~Q(attempts=0, tried_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "call-back"


class Complaint(Boxed):
    """What went wrong, told by one person to those who lead the helpline. Its reference is the vault's file.

    Nobody who works on cases opens it, nor learns from the case that it is there.
    """

    id = RandomKey()
    # Hers; it is forgotten before the complaint is, unless she erases everything.
    file = models.ForeignKey("file.File", null=True, on_delete=models.SET_NULL, related_name="complaints")
    words = SealedField(compartment=Compartment.STORY)
    answer = SealedField(compartment=Compartment.STORY)
    told_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    # When she opened the answer.
    read_at = models.DateTimeField(null=True)
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="helpline_complaint_answered",
                condition=Q(answered_at__isnull=True, answer="", answered_by="", read_at__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(answered_by="")),
            ),
        ]
        indexes = [
            models.Index(fields=["told_at"], name="helpline_complaint_waits", condition=Q(answered_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return "complaint"


class Funding(Edited):
    """Money that pays for the helpline, as its public page says: nothing here is about a person who came."""

    id = RandomKey()
    source = models.CharField(max_length=SOURCE_LENGTH)
    hours = models.PositiveIntegerField()
    begins_on = models.DateField()
    ends_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="helpline_funding_span", condition=Q(ends_on__gte=F("begins_on"))),
            models.CheckConstraint(name="helpline_funding_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.source


class CallHour(models.Model):
    """How many calls one line was offered in one hour, as a telephone system counted them; nothing of any call."""

    id = RandomKey()
    hour = models.DateTimeField()
    line = models.CharField(max_length=CODE_LENGTH)
    offered = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    abandoned = models.PositiveIntegerField()
    median_wait_s = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "line"], name="helpline_calls_once"),
            models.CheckConstraint(
                name="helpline_calls_add_up", condition=Q(offered__gte=F("answered") + F("abandoned"))
            ),
        ]

    def __str__(self) -> str:
        return "calls"


class AllocationRule(Edited):
    """Which cases go to whom first, by what of a case stands in clear. A rule that was not tried does not count."""

    place = models.PositiveSmallIntegerField()
    band = maybe_member(Band, max_length=10)
    language = models.CharField(max_length=CODE_LENGTH, blank=True)
    source = maybe_member(CaseSource, max_length=10)
    workers = models.JSONField(default=list)
    counts = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"rule {self.place}"


class Profile(models.Model):
    """What a worker says of themselves. What else people may ask for is sealed to their team."""

    staff = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    languages = models.JSONField(default=list)
    trained = models.JSONField(default=list)
    most = models.PositiveSmallIntegerField(null=True)
    # After so many hours they are given no more cases; since when their shift counts, and of no shift before it.
    hours = models.PositiveSmallIntegerField(null=True)
    began_at = models.DateTimeField(null=True)
    about = SealedField(compartment=Compartment.CASEWORK)

    def __str__(self) -> str:
        return "profile"


class Tally(models.Model):
    """What one closed case added to the counts of a quarter, or took away, or many together; sealed to the team.

    Nothing says of which case: in clear, small counts would tell what was wished in it.
    """

    id = RandomKey()
    reference = models.UUIDField(unique=True, editable=False)
    quarter = models.DateField(db_index=True)
    sealed = SealedField(compartment=Compartment.CASEWORK)

    def __str__(self) -> str:
        return "tally"


class LawGaps(models.Model):
    """Of how many people of one quarter no law covered what was done to them, by harm: as it may be printed.

    `counts`: by code of the harm, null where it is hidden. Kept once.
    """

    quarter = models.DateField(unique=True)
    counts = models.JSONField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"gaps in the law {self.quarter}"


class Note(Noted):
    """A note about a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="helpline_note_order")]

    def __str__(self) -> str:
        return "note"


class Review(SecondLook):
    """What one person at the helpline alone may not do."""

    class Kind(Labelled):
        """What is to be done."""

        CLOSE = "close", mark("Close the case")
        REPLY = "reply", mark("Send a volunteer’s reply")
        OVERRIDE = "override", mark("Refer without consent")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reviews")
    kind = member(Kind, max_length=10)
    # A reply that waits: a volunteer's keys seal it, and they open nothing of staff's own part.
    words = SealedField(compartment=Compartment.STORY)
    # Why nobody decides it any more; a reply's words are gone then, and its state is refused, by nobody.
    withdrawn = maybe_member(Withdrawn, max_length=10)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="helpline_review_withdrawn",
                condition=Q(withdrawn="") | Q(state="refused", decided_by="", words=""),
            ),
            models.CheckConstraint(
                name="helpline_review_four_eyes", condition=Q(decided_by="") | ~Q(decided_by=F("asked_by"))
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state="open"), name="helpline_review_one_open"
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at", "id"], name="helpline_review_queue")]

    def __str__(self) -> str:
        return "review"


class Override(Boxed):
    """That something was to be passed on without a yes, and under which law; its reference is the referral's.

    When its case is forgotten it is still counted, and says no more whose it was.
    """

    id = RandomKey()
    review = models.OneToOneField(Review, null=True, on_delete=models.SET_NULL, related_name="override")
    basis = models.CharField(max_length=CODE_LENGTH)
    state = member(Review.State, max_length=10, default=Review.State.OPEN)
    asked_on = models.DateField(db_index=True)
    decided_on = models.DateField(null=True)
    # On which day somebody looks whether the person can be told; None where they are told at once.
    tell_on = models.DateField(null=True)
    told_on = models.DateField(null=True)
    why_untold = SealedField(compartment=Compartment.CASEWORK)
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            one_of("state", Review.State, "helpline_override_state"),
            models.CheckConstraint(
                name="helpline_override_told_once_decided",
                condition=Q(told_on__isnull=True) | Q(state=Review.State.AGREED.value),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tell_on"],
                name="helpline_override_untold",
                condition=Q(state=Review.State.AGREED.value, told_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return "override"
