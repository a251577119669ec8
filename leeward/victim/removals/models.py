"""Tables of the removal desk. What says anything about anybody is sealed; docs/clear-fields.md defends the rest."""

import uuid
from datetime import UTC, datetime
from enum import StrEnum

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from leeward.foundation.audit.keys import HourKey, RandomKey
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.references import LENGTH, draw_reference
from leeward.foundation.rows import maybe_member, member, one_of
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment, Service
from leeward.foundation.work.inherited import Claimed, Noted, SecondLook
from leeward.industry.platforms.rules import ChannelKind
from leeward.industry.platforms.rules.channels import ADDRESS_LENGTH
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.decisions import Ground, Outcome, RefusalReason
from leeward.victim.removals.rules.ladder import Rung
from leeward.victim.removals.rules.reports import Band, ItemKind, Path, ReportState, Source
from leeward.victim.removals.rules.states import AT_PLATFORM, OPEN_STATES, RequestState, Step

REFERENCE_LENGTH = 64
CODE_LENGTH = 40
ORDER_LENGTH = 14
# Where no clock runs: after everything that has one.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
BY_DUE = Coalesce("due_at", Value(NEVER, output_field=models.DateTimeField()))
# Never empty where it sorts; as an expression it has an index to itself, and no other one tempts the database.
BY_ARRIVAL = Coalesce("notice", Value(0), output_field=models.BigIntegerField())
# The same for the latest first: by the key itself, the database may walk over everything that came since.
BY_NEWEST = Func(F("id"), template="(-%(expressions)s)", output_field=models.BigIntegerField())
ASKED = sorted(state.value for state in AT_PLATFORM)
OPEN = sorted(state.value for state in OPEN_STATES)
COUNTED_STEPS = sorted(step.value for step in (Step.SEEN_GONE, Step.DECIDED_REMOVED, Step.ESCALATED))
OUTCOME_STEPS = sorted([*COUNTED_STEPS, Step.DECIDED_KEPT.value, Step.FOUND_INCOMPLETE.value])


def _named(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """The choices of a column, as its migrations have them."""
    return [(each.value, each.name.capitalize()) for each in kind]


class Report(Boxed, Claimed):
    """What one person asked of the desk. Its reference is that of her file, and of the vault's."""

    id = RandomKey()
    file = models.OneToOneField("file.File", on_delete=models.PROTECT, related_name="report")
    state = member(ReportState, max_length=10, default=ReportState.DRAFT)
    path = member(Path, max_length=10)
    band = member(Band, max_length=10, default=Band.GREEN)
    source = member(Source, max_length=10)
    # Who told it neither is the person shown nor speaks for them: they learn that it arrived, and no more.
    is_for_another = models.BooleanField(default=False)
    # What the two write each other, and the vault's file of staff's notes: both are made when the report is filed.
    thread = models.OneToOneField("file.Thread", on_delete=models.PROTECT, null=True, related_name="report")
    casework = models.UUIDField(null=True, editable=False)
    begun_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    notices_agreed_at = models.DateTimeField(null=True)
    watching_agreed_at = models.DateTimeField(null=True)
    statistics_agreed_at = models.DateTimeField(null=True)
    # She stopped the desk: since then its team holds no key to anything of hers.
    stopped_at = models.DateTimeField(null=True)
    # She wrote, added or changed something that the desk has not yet looked at.
    attention_at = models.DateTimeField(null=True)
    erase_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("state", ReportState, "removals_report_state"),
            one_of("path", Path, "removals_report_path"),
            one_of("band", Band, "removals_report_band"),
            one_of("source", Source, "removals_report_source"),
            models.CheckConstraint(
                name="removals_report_filed_once_open",
                condition=Q(state=ReportState.DRAFT.value, filed_at__isnull=True)
                | (~Q(state=ReportState.DRAFT.value) & Q(filed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="removals_report_stopped_is_closed",
                condition=Q(stopped_at__isnull=True) | Q(state=ReportState.CLOSED.value, attention_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "band", "filed_at"], name="removals_report_queue"),
            models.Index(
                fields=["attention_at"], name="removals_report_attention", condition=Q(attention_at__isnull=False)
            ),
            # Few are in somebody's hand at any time.
            models.Index(fields=["claimed_until"], name="removals_report_claimed", condition=~Q(claimed_by="")),
            # What was handed in in a week or month, for the nation's figures.
            models.Index(fields=["filed_at"], name="removals_report_filed", condition=Q(filed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return "report"


def draw_short_reference() -> str:
    """Draw a reference that no request has yet."""
    while Request.objects.filter(short_reference=(drawn := draw_reference())).exists():
        continue
    return drawn


class Request(Boxed, Claimed):
    """One item at one platform: where it stands, and its two clocks, computed from its events and kept for sorting."""

    id = HourKey()
    # The one name for people: on the desk, in mails and letters, at the platform's door and on her page.
    short_reference = models.CharField(max_length=LENGTH, unique=True, default=draw_short_reference, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="requests")
    ordinal = models.PositiveIntegerField()
    # The indexes below that begin with the platform serve its key too.
    platform = models.ForeignKey(
        "platforms.Platform", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = member(ItemKind, max_length=15)
    # The court's order that names this very item: while it stands, no yes of the person is asked. "" without one.
    order_number = models.CharField(max_length=ORDER_LENGTH, blank=True)
    # The order whose mandate has ended: it lets the desk do nothing, and a judge can still be shown what was done.
    past_order = models.CharField(max_length=ORDER_LENGTH, blank=True)
    item = SealedField(compartment=Compartment.EVIDENCE)
    # What the desk gave a platform that named an element as missing; every later notice says it too.
    supplied = SealedField(compartment=Compartment.EVIDENCE)
    # A keyed digest of the cleaned address: equal ones are the same place. Opens nothing without the index key.
    address_index = models.CharField(max_length=64, blank=True)
    state = member(RequestState, max_length=15, default=RequestState.PREPARED)
    band = member(Band, max_length=10)
    rung = member(Rung, max_length=20, default=Rung.PLATFORM)
    regime_code = models.CharField(max_length=CODE_LENGTH, blank=True)
    regime_version = models.PositiveIntegerField(null=True)
    last_outcome = maybe_member(Outcome, max_length=20)
    missing_element = models.CharField(max_length=CODE_LENGTH, blank=True)
    # Equals the reference once something follows this request, and a child never has one: so the database itself
    # keeps children of children out, for there is nothing of a child's that `parent` could point at.
    followed_as = models.UUIDField(null=True, unique=True, editable=False)
    # The first request about the same thing, where it came back after it was gone.
    parent = models.ForeignKey(
        "self", to_field="followed_as", on_delete=models.CASCADE, null=True, related_name="children"
    )
    notice = models.ForeignKey("Notice", on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True)
    own_due_at = models.DateTimeField()
    law_started_at = models.DateTimeField(null=True)
    law_due_at = models.DateTimeField(null=True)
    law_paused_at = models.DateTimeField(null=True)
    law_stopped_at = models.DateTimeField(null=True)
    # What is due next: ours until the first notice is sent, the law's while it runs, nothing otherwise.
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The desk must look: answered, incomplete, contradicted, undeliverable, unsure.
    attention_at = models.DateTimeField(null=True)
    # For the monitor alone: the address, sealed to its key.
    watch = SealedField(compartment=Compartment.EVIDENCE, service=Service.MONITOR)
    next_check_at = models.DateTimeField(null=True)
    last_checked_at = models.DateTimeField(null=True)
    last_signal = maybe_member(Signal, max_length=20)
    # A keyed digest of what the page called itself when it was last seen up; it tells a page from its replacement.
    page_print = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "ordinal"], name="removals_request_ordinal"),
            one_of("kind", ItemKind, "removals_request_kind"),
            one_of("state", RequestState, "removals_request_state"),
            one_of("band", Band, "removals_request_band"),
            one_of("rung", Rung, "removals_request_rung"),
            models.CheckConstraint(
                name="removals_request_outcome",
                condition=Q(last_outcome__in=["", *(outcome.value for outcome in Outcome)]),
            ),
            models.CheckConstraint(
                name="removals_request_one_generation",
                condition=Q(followed_as__isnull=True) | (Q(parent__isnull=True) & Q(followed_as=models.F("reference"))),
            ),
        ]
        indexes = [
            # A list filters by some of these and reads on in its own order: what is due, what is to be looked at, all.
            # A band alone is an index only where few rows of it may stand among many: elsewhere it thins out a list.
            models.Index(fields=["due_at", "id"], name="removals_request_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["state", "due_at", "id"], name="removals_request_state_due"),
            models.Index(fields=["platform", "state", "due_at", "id"], name="removals_request_platform"),
            models.Index(fields=["band", "state", "due_at", "id"], name="removals_request_band_due"),
            models.Index(
                fields=["platform", "due_at", "id"],
                name="removals_request_platform_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["band", "due_at", "id"], name="removals_request_by_band", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["attention_at", "id"],
                name="removals_request_attention",
                condition=Q(attention_at__isnull=False),
            ),
            models.Index(
                fields=["attention_at", "id"],
                name="removals_request_doubtful",
                condition=Q(attention_at__isnull=False, last_signal=Signal.UNSURE.value),
            ),
            *(
                models.Index(
                    fields=[column, "attention_at", "id"],
                    name=f"removals_request_look_{column}",
                    condition=Q(attention_at__isnull=False),
                )
                for column in ("platform", "band", "state")
            ),
            models.Index(F("platform"), BY_NEWEST, name="removals_request_all_platform"),
            models.Index(F("state"), BY_NEWEST, name="removals_request_all_state"),
            # With the notice at its end, it also counts what a platform has without reading a row.
            models.Index(F("platform"), F("state"), BY_NEWEST, F("notice"), name="removals_request_all_both"),
            # What a platform works through: as it came, and the soonest due first.
            models.Index(
                F("platform"), BY_ARRIVAL, F("id"), name="removals_request_asked", condition=Q(state__in=ASKED)
            ),
            models.Index(
                F("platform"), BY_DUE, F("id"), name="removals_request_asked_due", condition=Q(state__in=ASKED)
            ),
            models.Index(
                fields=["next_check_at"], name="removals_request_check", condition=Q(next_check_at__isnull=False)
            ),
            # How old what is open is, for the supervisor's figures.
            models.Index(fields=["opened_at"], name="removals_request_open", condition=Q(state__in=OPEN)),
            models.Index(fields=["address_index"], name="removals_request_address", condition=~Q(address_index="")),
            models.Index(fields=["order_number"], name="removals_request_order", condition=~Q(order_number="")),
            models.Index(fields=["past_order"], name="removals_request_past_order", condition=~Q(past_order="")),
            # What was sent in a week or month, for the nation's figures.
            models.Index(
                fields=["first_sent_at"], name="removals_request_first_sent", condition=Q(first_sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return "request"

    @property
    def root(self) -> uuid.UUID:
        """The reference of the first request about this thing: under it the item and the watched address are sealed.

        A child begins with its root's very boxes: whoever asks again may not be able to open them.
        """
        return self.parent_id or self.reference

    @property
    def named_by(self) -> uuid.UUID:
        """The reference by which a notice names its item: one item, one name, and what was found is one of its own."""
        return self.reference if self.kind == ItemKind.MATCH else self.root

    @property
    def may_be_sent(self) -> bool:
        """Whether a notice may go out: the person agrees, or a court's order that stands names this very item."""
        return self.report.notices_agreed_at is not None or bool(self.order_number)


class PictureWatch(models.Model):
    """Her yes to being told where platforms find the pictures that she protects. What joins the two is sealed.

    For the monitor alone: her submission's reference, and a key of this watch by which matches are known again.
    """

    id = RandomKey()
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="picture_watch")
    link = SealedField(compartment=Compartment.EVIDENCE, service=Service.MONITOR)
    agreed_at = models.DateTimeField()
    next_look_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "picture watch"


class Match(Boxed):
    """One hash of hers that a platform met, and that a request is about. Its reference is its file in the vault too."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="matches")
    # Which hash at which platform, and that answer of it: keyed digests that only the watch's own key can make.
    about = models.CharField(max_length=64, db_index=True)
    answer = models.CharField(max_length=64, unique=True)
    noted_at = models.DateTimeField()
    # The hash, the platform's answer and since when: opens for the desk, for her and for that platform.
    content = SealedField(compartment=Compartment.PACKET)

    def __str__(self) -> str:
        return "match"


class RequestEvent(models.Model):
    """One thing that happened to a request. Never changed; a mistake is a further event that voids it."""

    id = RandomKey()
    # The indexes below that begin with the request serve its key too.
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="events", db_index=False)
    step = member(Step, max_length=20)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    before = member(RequestState, max_length=15)
    after = member(RequestState, max_length=15)
    actor_kind = member(ActorKind, max_length=10)
    actor_reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    # A code from a fixed list (an outcome, an element, a rung, a signal), never words.
    code = models.CharField(max_length=CODE_LENGTH, blank=True)
    notice = models.ForeignKey("Notice", on_delete=models.SET_NULL, null=True, related_name="+")
    voids = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # 1, 2, 3 of a request: what comes first where two events tell the same hour. The key tells no order.
    ordinal = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [one_of("step", Step, "removals_event_step")]
        indexes = [
            models.Index(fields=["request", "at", "ordinal", "id"], name="removals_event_order"),
            # What was gone or escalated in a week or month, for the nation's figures.
            models.Index(fields=["at", "request"], name="removals_event_counted", condition=Q(step__in=COUNTED_STEPS)),
            # What became of a request, for the same figures: read from here alone, without the events themselves.
            models.Index(
                fields=["request", "step", "at", "id"],
                name="removals_event_outcome",
                condition=Q(step__in=OUTCOME_STEPS),
            ),
        ]

    def __str__(self) -> str:
        return self.step


class NoticeState(Labelled):
    """Where a notice stands."""

    QUEUED = "queued", mark("Not arrived yet"), "blue"
    SENT = "sent", mark("Sent"), "green"
    FAILED = "failed", mark("Not delivered"), "red"
    UNSURE = "unsure", mark("Delivery unknown"), "orange"
    RECALLED = "recalled", mark("Withdrawn before sending"), "grey"


class Notice(Boxed):
    """What was sent to one platform, kept as it was sent. Its reference is also its file in the vault."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notices")
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, null=True, related_name="+")
    requests = models.ManyToManyField(Request, related_name="notices")
    regime_code = models.CharField(max_length=CODE_LENGTH)
    regime_version = models.PositiveIntegerField()
    rung = member(Rung, max_length=20)
    channel = member(ChannelKind, max_length=12)
    language = models.CharField(max_length=12)
    template = models.CharField(max_length=CODE_LENGTH)
    state = member(NoticeState, max_length=10, choices=_named(NoticeState))
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    sent_at = models.DateTimeField(null=True)
    parcel = models.UUIDField(null=True, unique=True)
    # As sent: subject, text, the fields in order, the facts that it was made of.
    content = SealedField(compartment=Compartment.PACKET)
    # For a platform without an account: the digest of the token in its link.
    link_digest = models.CharField(max_length=64, blank=True)
    link_expires_at = models.DateTimeField(null=True)
    # The platform's mailbox or postal address to which the link went; "" for one from before this was kept.
    link_sent_to = models.CharField(max_length=ADDRESS_LENGTH, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link_digest"], condition=~Q(link_digest=""), name="removals_notice_link_unique"
            ),
            models.CheckConstraint(
                name="removals_notice_state", condition=Q(state__in=[state.value for state in NoticeState])
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="removals_notice_state_made")]

    def __str__(self) -> str:
        return "notice"


class Decision(Boxed):
    """A platform's answer on one request. A refusal counts once a second person there has confirmed it."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions")
    notice = models.ForeignKey(Notice, on_delete=models.SET_NULL, null=True, related_name="decisions")
    outcome = member(Outcome, max_length=20, choices=[(each.value, each.value) for each in Outcome])
    ground = maybe_member(Ground, max_length=40, choices=[(each.value, each.value) for each in Ground])
    refusal = maybe_member(RefusalReason, max_length=20, choices=[(each.value, each.value) for each in RefusalReason])
    automated_detection = models.BooleanField(default=False)
    automated_decision = models.BooleanField(default=False)
    # Facts, legal ground and explanation, in the moderator's words; opens for the desk and for her.
    words = SealedField(compartment=Compartment.PACKET)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=REFERENCE_LENGTH)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    # Noted by the desk from a letter or a mail, not given at the platform's own door.
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="removals_decision_four_eyes",
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("decided_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["request", "decided_at"], name="removals_decision_order"),
            # The few that wait for a second person, among all that were ever given.
            models.Index(
                fields=["id", "request"],
                name="removals_decision_waiting",
                condition=Q(confirmed_at__isnull=True, by_hand=False),
            ),
        ]

    def __str__(self) -> str:
        return "decision"


class Appeal(Boxed):
    """Somebody asks that an answer be looked at again: the person, or the uploader through the platform."""

    class Side(StrEnum):
        """Whose appeal it is. The two sides never learn of each other."""

        PERSON = "person"
        UPLOADER = "uploader"

    class State(StrEnum):
        """What became of it."""

        OPEN = "open"
        UPHELD = "upheld"
        REVERSED = "reversed"

    id = RandomKey()
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="appeals")
    side = member(Side, max_length=10, choices=_named(Side))
    state = member(State, max_length=10, choices=_named(State), default=State.OPEN)
    words = SealedField(compartment=Compartment.PACKET)
    answer = SealedField(compartment=Compartment.PACKET)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "side"], condition=Q(state="open"), name="removals_appeal_one_open"
            ),
        ]

    def __str__(self) -> str:
        return "appeal"


class Check(models.Model):
    """What the monitor, or a person, saw at an address."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField()
    signal = member(Signal, max_length=20)
    reason = maybe_member(CheckReason, max_length=CODE_LENGTH)
    status = models.PositiveSmallIntegerField(null=True)
    by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="removals_check_order")]

    def __str__(self) -> str:
        return "check"


class Note(Noted):
    """A note about a report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notes")

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="removals_note_order")]

    def __str__(self) -> str:
        return "note"


class Review(SecondLook):
    """Something that needs a second pair of eyes at the desk before it is done."""

    class Kind(Labelled):
        """What is to be done."""

        CLOSE = "close", mark("Close the report")
        ERASE = "erase", mark("Erase the report for good")
        COURT = "court", mark("Go to court")
        BLOCK = "block", mark("Ask for an access block")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="reviews")
    kind = member(Kind, max_length=10, choices=_named(Kind))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="removals_review_four_eyes", condition=Q(decided_by="") | ~Q(decided_by=F("asked_by"))
            ),
            models.UniqueConstraint(
                fields=["report", "kind"], condition=Q(state="open"), name="removals_review_one_open"
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="removals_review_queue")]

    def __str__(self) -> str:
        return "review"


def place(model: str, field: str, reference: uuid.UUID) -> str:
    """Where a sealed field of any row of this app belongs."""
    return f"removals.{model}.{field}|{reference}"
