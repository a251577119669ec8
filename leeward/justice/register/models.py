"""Tables of the register: agencies, legal bases, entries and checks. The database refuses a row without a legal basis.

Who somebody is, and whether a check found anybody, opens for the team `register` alone; docs/clear-fields.md defends
what is in clear. Nothing here is deleted: at its end an entry loses its keys, and its row stays as the proof.
"""

from django.db import models
from django.db.models import F, Q

from leeward.foundation import rows
from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.justice.register.rules.ends import MONTHS_MOST
from leeward.justice.register.rules.terms import (
    ASKERS,
    AgencyKind,
    CheckState,
    Duty,
    EndRule,
    EntryState,
    EntryStep,
    LetterKind,
    NumberCheck,
    Purpose,
)

NAME_LENGTH, LINE_LENGTH, ADDRESS_LENGTH = 120, 300, 2_048
NUMBER_LENGTH = 8
WHO_LENGTH, INDEX_LENGTH, SHAPE_LENGTH, KEY_BYTES, LINK_LENGTH = 64, 64, 24, 32, 24


class Agency(rows.Edited):
    """An agency that keeps the register, decides what is told, or may ask it."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    kind = rows.member(AgencyKind, max_length=12)
    # Where it is told that a request is decided; never what was decided.
    mailbox = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        constraints = [
            rows.one_of("kind", AgencyKind, "register_agency_kind"),
            models.CheckConstraint(
                name="register_agency_can_be_told",
                condition=~Q(kind__in=[each.value for each in ASKERS]) | ~Q(mailbox=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """The law on which the register stands, written by one person and approved by another. It is never changed."""

    public_id = rows.public_id()
    statute = models.CharField(max_length=LINE_LENGTH)
    source = models.CharField(max_length=ADDRESS_LENGTH)
    offences = models.JSONField()
    duties = models.JSONField()
    askers = models.JSONField()
    purposes = models.JSONField()
    end_rule = rows.member(EndRule, max_length=10)
    months = models.PositiveSmallIntegerField()
    review_months = models.PositiveSmallIntegerField()
    clock_days = models.PositiveSmallIntegerField()
    number_shape = models.CharField(max_length=SHAPE_LENGTH, blank=True)
    number_check = rows.member(NumberCheck, max_length=6)
    assessment = models.CharField(max_length=LINE_LENGTH)
    assessed_on = models.DateField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    entered_by = models.CharField(max_length=WHO_LENGTH)
    entered_at = models.DateTimeField()
    approved_by = models.CharField(max_length=WHO_LENGTH, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=WHO_LENGTH, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            rows.one_of("end_rule", EndRule, "register_basis_end_rule"),
            models.CheckConstraint(
                name="register_basis_two_people",
                condition=Q(approved_at__isnull=True, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="") & ~Q(approved_by=F("entered_by"))),
            ),
            models.CheckConstraint(
                name="register_basis_in_order", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="register_basis_months", condition=Q(months__gte=1, months__lte=MONTHS_MOST, clock_days__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.statute


class Entry(Boxed):
    """One conviction of one person. Its reference is its file in the vault, whose keys are destroyed at its end."""

    id = RandomKey()
    # By which the court's file knows it: random.
    number = models.CharField(max_length=NUMBER_LENGTH, unique=True)
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="entries")
    offences = models.JSONField()
    duty = rows.member(Duty, max_length=8)
    state = rows.member(EntryState, max_length=10)
    entered_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField()
    # By which this conviction of this person is known to be there; a slow index, "" after the end.
    conviction = models.CharField(max_length=INDEX_LENGTH, blank=True)
    identity = SealedField(compartment=Compartment.CONTACT)
    judgment = SealedField(compartment=Compartment.CASEWORK)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "ends_on"], name="register_entry_ends"),
            models.Index(fields=["state", "review_on"], name="register_entry_review"),
        ]
        constraints = [
            rows.one_of("state", EntryState, "register_entry_state"),
            rows.one_of("duty", Duty, "register_entry_duty"),
            models.CheckConstraint(name="register_entry_in_order", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="register_entry_ended_opens_for_nobody",
                condition=Q(destroyed_at__isnull=True)
                | Q(state=EntryState.ENDED.value, identity="", judgment="", conviction=""),
            ),
            models.UniqueConstraint(
                fields=["conviction"], condition=~Q(conviction=""), name="register_entry_conviction_once"
            ),
        ]

    def __str__(self) -> str:
        return "entry"


class Term(models.Model):
    """What an entry is found by, and by nothing less: a slow index of a whole name with the birth date, or a number."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="terms")
    index = models.CharField(max_length=INDEX_LENGTH, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "index"], name="register_term_once")]

    def __str__(self) -> str:
        return "term"


class EntryEvent(models.Model):
    """One thing that happened to an entry. Never changed."""

    id = RandomKey()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="events")
    ordinal = models.PositiveSmallIntegerField()
    step = rows.member(EntryStep, max_length=10)
    on = models.DateField()
    actor_kind = rows.member(ActorKind, max_length=10)
    actor = models.CharField(max_length=WHO_LENGTH, blank=True)

    class Meta:
        constraints = [
            rows.one_of("step", EntryStep, "register_event_step"),
            models.UniqueConstraint(fields=["entry", "ordinal"], name="register_event_once"),
        ]

    def __str__(self) -> str:
        return self.step


class Check(Boxed):
    """One request of an authority. Whether anybody was found is sealed: by its row a check that found tells nothing."""

    id = RandomKey()
    number = models.CharField(max_length=NUMBER_LENGTH, unique=True)
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="checks")
    authority = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="checks")
    purpose = rows.member(Purpose, max_length=12)
    state = rows.member(CheckState, max_length=10)
    asked_on = models.DateField()
    due_on = models.DateField()
    opened_by = models.CharField(max_length=WHO_LENGTH)
    agency = models.CharField(max_length=WHO_LENGTH)
    prepared_by = models.CharField(max_length=WHO_LENGTH, blank=True)
    prepared_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=WHO_LENGTH, blank=True)
    decided_agency = models.CharField(max_length=WHO_LENGTH, blank=True)
    decided_at = models.DateTimeField(null=True)
    # The public half of the authority's link: to it the answer is sealed, if there is one.
    link = models.CharField(max_length=LINK_LENGTH, unique=True)
    link_key = models.BinaryField(max_length=KEY_BYTES)
    release = models.UUIDField(null=True)
    release_until = models.DateField(null=True)
    undertaken_at = models.DateTimeField(null=True)
    question = SealedField(compartment=Compartment.CONTACT)
    found = SealedField(compartment=Compartment.CASEWORK)
    proposal = SealedField(compartment=Compartment.CASEWORK)
    reasons = SealedField(compartment=Compartment.CASEWORK)
    answer = SealedField(compartment=Compartment.PACKET)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="register_check_due")]
        constraints = [
            rows.one_of("state", CheckState, "register_check_state"),
            rows.one_of("purpose", Purpose, "register_check_purpose"),
            models.CheckConstraint(name="register_check_in_order", condition=Q(due_on__gte=F("asked_on"))),
            models.CheckConstraint(
                name="register_check_decided_by_another",
                condition=Q(decided_by="")
                | ~(
                    Q(decided_by=F("prepared_by"))
                    | Q(decided_by=F("opened_by"))
                    | Q(decided_agency=F("agency"))
                    | Q(decided_agency="")
                ),
            ),
            models.CheckConstraint(
                name="register_check_told_once_released",
                condition=~Q(state=CheckState.TOLD.value) | Q(release__isnull=False, release_until__isnull=False),
            ),
            models.CheckConstraint(
                name="register_check_decided_by_somebody",
                condition=~Q(state__in=[CheckState.TOLD.value, CheckState.NOTHING.value])
                | (Q(decided_at__isnull=False, prepared_at__isnull=False) & ~Q(decided_by="")),
            ),
        ]

    def __str__(self) -> str:
        return "check"


class Letter(models.Model):
    """A letter of somebody about what is held of themselves, and when it was answered. It names nobody."""

    id = RandomKey()
    public_id = rows.public_id()
    kind = rows.member(LetterKind, max_length=10)
    received_on = models.DateField()
    noted_by = models.CharField(max_length=WHO_LENGTH)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="letters")
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            rows.one_of("kind", LetterKind, "register_letter_kind"),
            models.CheckConstraint(
                name="register_letter_in_order",
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("received_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.kind
