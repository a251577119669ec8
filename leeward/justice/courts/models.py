"""Tables of courts' orders. What an order says of anybody is sealed; docs/clear-fields.md defends the rest."""

from django.db import models
from django.db.models import F, Q

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.rows import Edited, maybe_member, member, one_of, public_id
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.industry.platforms.rules.channels import ADDRESS_LENGTH
from leeward.justice.courts.rules.hashes import Asked, ListState
from leeward.justice.courts.rules.numbers import NUMBER_LENGTH
from leeward.justice.courts.rules.sheets import OFFENCE_LENGTH
from leeward.justice.courts.rules.targets import OVER
from leeward.justice.courts.rules.terms import (
    CODE_LENGTH,
    COURT_LENGTH,
    LEGAL_LENGTH,
    Action,
    Addressee,
    Effect,
    Happening,
    Impact,
    LineState,
    OrderKind,
    OrderState,
    Recorder,
    Refusal,
    Sought,
    TargetState,
    Told,
    Way,
)
from leeward.justice.courts.rules.types import OrderType

REFERENCE_LENGTH, NAME_LENGTH, DIGEST_LENGTH, RECORD_LENGTH = 64, 120, 64, 8
OPEN_TARGETS = sorted(state.value for state in TargetState if state not in OVER)


class Court(Edited):
    """A court whose orders are recorded here. `contact` is how the Centre reaches it, known before any order came."""

    name = models.CharField(max_length=COURT_LENGTH, unique=True)
    jurisdiction = models.CharField(max_length=COURT_LENGTH)
    contact = models.CharField(max_length=LEGAL_LENGTH)

    def __str__(self) -> str:
        return self.name

    @property
    def team(self) -> str:
        """The vault's name for its clerks, who open its orders."""
        return f"court:{self.public_id}"


class KnownType(models.Model):
    """A type of order by its code, and whether orders of it can be recorded."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    is_switched_on = models.BooleanField(default=False)
    switched_at = models.DateTimeField()
    switched_reason = models.CharField(max_length=LEGAL_LENGTH, blank=True)

    def __str__(self) -> str:
        return self.code


class TypeVersion(models.Model):
    """What somebody wrote down of a type. Written once: orders name the version under which they were recorded."""

    known = models.ForeignKey(KnownType, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    content = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["known", "number"], name="courts_type_version")]

    def __str__(self) -> str:
        return f"{self.known} {self.number}"

    def as_type(self) -> OrderType:
        """What it says."""
        return OrderType.from_text(self.content)


class Draft(Boxed):
    """What somebody has typed of an order so far, for their own team alone. Its reference is its file in the vault."""

    team = models.CharField(max_length=REFERENCE_LENGTH)
    owner = models.CharField(max_length=REFERENCE_LENGTH)
    answers = SealedField(compartment=Compartment.PACKET)
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "draft"


class Order(Boxed):
    """One order. Its reference is its file in the vault: what it says, and who is ordered."""

    number = models.CharField(max_length=NUMBER_LENGTH, unique=True)
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="orders")
    version = models.ForeignKey(TypeVersion, on_delete=models.PROTECT, related_name="+")
    recorded_by = member(Recorder, max_length=10)
    recorder = models.CharField(max_length=REFERENCE_LENGTH)
    recorded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    state = member(OrderState, max_length=12, default=OrderState.STANDS)
    issued_on = models.DateField()
    comply_by = models.DateField(null=True)
    territory = models.JSONField()
    language = models.CharField(max_length=12)
    document_sha256 = models.CharField(max_length=DIGEST_LENGTH, blank=True, db_index=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="successors")
    # A keyed digest of court and file number: equal ones are the same case. Opens nothing without the index key.
    file_index = models.CharField(max_length=64, db_index=True)
    # The number of its signed record, and the report under which the desk may ask for what it names.
    record = models.CharField(max_length=RECORD_LENGTH, blank=True)
    report = models.UUIDField(null=True, unique=True)
    # When the last of what it asks was over: then who is ordered goes, and two years later the order.
    ended_at = models.DateTimeField(null=True, db_index=True)
    packet = SealedField(compartment=Compartment.PACKET)
    about = SealedField(compartment=Compartment.EVIDENCE)
    contact = SealedField(compartment=Compartment.CONTACT)
    slip = SealedField(compartment=Compartment.CONTACT)

    class Meta:
        constraints = [
            one_of("state", OrderState, "courts_order_state"),
            one_of("recorded_by", Recorder, "courts_order_recorded_by"),
            models.CheckConstraint(
                name="courts_order_confirmed_by_another", condition=Q(confirmed_by="") | ~Q(confirmed_by=F("recorder"))
            ),
            models.CheckConstraint(
                name="courts_order_paper_waits_for_the_court",
                condition=Q(recorded_by=Recorder.COURT.value)
                | Q(confirmed_at__isnull=False)
                | Q(state__in=[OrderState.UNCONFIRMED.value, OrderState.REVOKED.value]),
            ),
            models.CheckConstraint(
                name="courts_order_comply_after_issue",
                condition=Q(comply_by__isnull=True) | Q(comply_by__gte=F("issued_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Target(Boxed):
    """What one order asks of one addressee; its state and clock are computed from its events, and kept for sorting.

    Its reference is its file in the vault, which opens the full text for the court, the Centre and that company.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="targets")
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+", db_index=False)
    ordinal = models.PositiveSmallIntegerField()
    addressee = member(Addressee, max_length=16)
    action = member(Action, max_length=16)
    platform = models.ForeignKey(
        "platforms.Platform", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    state = member(TargetState, max_length=16, default=TargetState.ISSUED)
    served_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # By what a list comes: when it is due, and what is not served before all of that.
    sorted_at = models.DateTimeField()
    # When the desk's requests were last asked what they tell of it.
    looked_at = models.DateTimeField()
    # Since when its company has read that the order was revoked, varied or stayed.
    told_at = models.DateTimeField(null=True)
    text = SealedField(compartment=Compartment.PACKET)
    text_sha256 = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "ordinal"], name="courts_target_ordinal"),
            one_of("state", TargetState, "courts_target_state"),
            one_of("addressee", Addressee, "courts_target_addressee"),
            one_of("action", Action, "courts_target_action"),
        ]
        indexes = [
            models.Index(fields=["court", "sorted_at", "id"], name="courts_target_of_court"),
            models.Index(fields=["sorted_at", "id"], name="courts_target_sorted"),
            models.Index(fields=["sorted_at", "id"], name="courts_target_open", condition=Q(state__in=OPEN_TARGETS)),
            models.Index(fields=["platform", "sorted_at", "id"], name="courts_target_of_platform"),
            models.Index(
                fields=["looked_at", "id"],
                name="courts_target_looked",
                condition=Q(state__in=OPEN_TARGETS, platform__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "target"


class TargetEvent(Boxed):
    """One thing that happened to a target. Never changed; a mistake is one more event that voids it."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="events")
    ordinal = models.PositiveSmallIntegerField()
    kind = member(Happening, max_length=12)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    actor_kind = member(ActorKind, max_length=10)
    actor = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    way = maybe_member(Way, max_length=8)
    effect = maybe_member(Effect, max_length=8)
    territory = models.JSONField(default=list)
    voids = models.PositiveSmallIntegerField(null=True)
    # What an addressee gave as its reason; opens for whom the target's text opens.
    words = SealedField(compartment=Compartment.PACKET)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "ordinal"], name="courts_event_ordinal"),
            one_of("kind", Happening, "courts_event_kind"),
            models.CheckConstraint(
                name="courts_event_voids", condition=Q(voids__isnull=True) | Q(kind=Happening.VOIDED.value)
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class OrderLink(models.Model):
    """A link by which a company without an account opens its own text of an order. Only its public half is kept."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, related_name="link")
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    # The company's mailbox to which it went; "" for a link from before this was kept.
    sent_to = models.CharField(max_length=ADDRESS_LENGTH, blank=True, default="")
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "link"


class HashList(Boxed):
    """A list of hashes from seized devices that hangs on an order. By its reference the vault and the bank know it.

    The hashes are sealed while it waits for a second officer; once they are in the bank nothing of them is here.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="hash_lists")
    state = member(ListState, max_length=10, default=ListState.WAITING)
    added_by = models.CharField(max_length=REFERENCE_LENGTH)
    added_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    answer = maybe_member(Asked, max_length=10)
    confirmed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    held = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    renewed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hashes = SealedField(compartment=Compartment.EVIDENCE)

    class Meta:
        constraints = [
            one_of("state", ListState, "courts_hashlist_state"),
            models.CheckConstraint(
                name="courts_hashlist_confirmed_by_another",
                condition=Q(state=ListState.WAITING.value, confirmed_by="")
                | ~Q(state=ListState.WAITING.value) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("added_by")),
            ),
            models.CheckConstraint(
                name="courts_hashlist_kept_by_the_bank_alone",
                condition=Q(state=ListState.WAITING.value) | Q(hashes=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["renewed_at"], name="courts_hashlist_renewed", condition=Q(state=ListState.HELD.value)
            ),
        ]

    def __str__(self) -> str:
        return "list of hashes"


class PastOrder(models.Model):
    """A proof that an order of this number once stood, and how it ended. All that is left of one that was deleted."""

    number = models.CharField(max_length=NUMBER_LENGTH, unique=True)
    state = member(OrderState, max_length=12)
    ended_on = models.DateField()

    class Meta:
        constraints = [one_of("state", OrderState, "courts_past_order_state")]

    def __str__(self) -> str:
        return self.number


class SheetFile(models.Model):
    """A file of convictions that was kept, by the digest of what it says of one court: the same one counts once."""

    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["court", "sha256"], name="courts_sheet_file")]

    def __str__(self) -> str:
        return "file of convictions"


class Sheet(models.Model):
    """A conviction sheet, what was asked for and given at one: no name, no file number, the week instead of the day."""

    public_id = public_id()
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    week = models.DateField()
    offence = models.CharField(max_length=OFFENCE_LENGTH)
    impact = maybe_member(Impact, max_length=8)
    told = maybe_member(Told, max_length=8)
    told_days = models.PositiveSmallIntegerField(null=True)
    rehabilitation = maybe_member(Sought, max_length=8)
    notification = maybe_member(Sought, max_length=8)
    file = models.ForeignKey(SheetFile, on_delete=models.PROTECT, null=True, related_name="sheets")
    kept_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="courts_sheet_told_days", condition=Q(told_days__isnull=True) | Q(told=Told.TOLD.value)
            ),
        ]
        indexes = [
            models.Index(fields=["court", "week", "id"], name="courts_sheet_of_court"),
            models.Index(fields=["week"], name="courts_sheet_week"),
        ]

    def __str__(self) -> str:
        return "sheet"


class SheetLine(models.Model):
    """One order that could be asked for at a conviction, and what became of that."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="lines")
    type = models.ForeignKey(KnownType, on_delete=models.PROTECT, related_name="+")
    kind = member(OrderKind, max_length=10)
    state = member(LineState, max_length=10)
    refusal = maybe_member(Refusal, max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "type"], name="courts_sheet_line"),
            one_of("kind", OrderKind, "courts_sheet_line_kind"),
            one_of("state", LineState, "courts_sheet_line_state"),
            models.CheckConstraint(
                name="courts_sheet_line_refusal",
                condition=Q(refusal="") & ~Q(state=LineState.REFUSED.value)
                | ~Q(refusal="") & Q(state=LineState.REFUSED.value),
            ),
        ]

    def __str__(self) -> str:
        return self.state
