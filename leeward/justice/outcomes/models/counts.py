"""Authorities, what they hand in, and its numbers."""

import uuid

from django.db import models
from django.db.models import F, Q

from leeward.foundation import rows
from leeward.justice.outcomes.models.codes import REFERENCE_LENGTH, Code, CodeList, Method
from leeward.justice.outcomes.rules.terms import (
    CODE_LENGTH,
    LIVE,
    NAME_LENGTH,
    WORDS_LENGTH,
    AuthorityKind,
    Basis,
    FileKind,
    SubmissionState,
)


class Authority(rows.Edited):
    """Who hands in counts, and from when until when that is expected. `employer`: whose people training keeps."""

    code = models.SlugField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    kind = rows.member(AuthorityKind, max_length=12)
    employer = models.UUIDField(null=True)
    expected_from = models.DateField()
    expected_until = models.DateField(null=True)

    class Meta:
        constraints = [
            rows.one_of("kind", AuthorityKind, "outcomes_authority_kind"),
            models.CheckConstraint(name="outcomes_authority_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class AuthorityLink(models.Model):
    """A link by which an authority hands in counts without an account. The database has its digest alone."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="links")
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return "link"


class HeaderMap(models.Model):
    """Which column of an authority's own file is which of ours: a version that nobody edits, the last one counts.

    `columns`: theirs by ours; `skipped`: theirs that are not read; `basis` and `called`: what no column says. The
    lists: which codes the file follows, none for those that are in use when it comes in.
    """

    public_id = rows.public_id()
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="maps")
    kind = rows.member(FileKind, max_length=10)
    version = models.PositiveIntegerField()
    columns = models.JSONField()
    skipped = models.JSONField(default=list, blank=True)
    basis = rows.maybe_member(Basis, max_length=12)
    called = models.CharField(max_length=NAME_LENGTH, blank=True)
    offence_list = models.ForeignKey(CodeList, null=True, on_delete=models.PROTECT, related_name="+")
    code_list = models.ForeignKey(CodeList, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            rows.one_of("kind", FileKind, "outcomes_headermap_kind"),
            models.UniqueConstraint(fields=["authority", "kind", "version"], name="outcomes_headermap_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Submission(models.Model):
    """What one authority says of one period, as one file held it. `reply`: what it says itself beside its figures."""

    public_id = rows.public_id()
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="submissions")
    kind = rows.member(FileKind, max_length=10)
    period_start = models.DateField()
    period_end = models.DateField()
    as_of = models.DateField()
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="submissions")
    sha256 = models.CharField(max_length=REFERENCE_LENGTH)
    # By which map an authority's own file was read; none for a file with our own columns.
    header_map = models.ForeignKey(HeaderMap, null=True, on_delete=models.PROTECT, related_name="submissions")
    state = rows.member(SubmissionState, max_length=10, default=SubmissionState.RECEIVED)
    # Codes of what somebody was warned of.
    warnings = models.JSONField(default=list, blank=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=WORDS_LENGTH, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=REFERENCE_LENGTH)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    # When its authority said that it has looked at its own figures.
    seen_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=WORDS_LENGTH, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            rows.one_of("kind", FileKind, "outcomes_submission_kind"),
            rows.one_of("state", SubmissionState, "outcomes_submission_state"),
            models.CheckConstraint(name="outcomes_submission_period", condition=Q(period_end__gte=F("period_start"))),
            models.CheckConstraint(name="outcomes_submission_as_of", condition=Q(as_of__gte=F("period_end"))),
            models.CheckConstraint(
                name="outcomes_submission_correction_says_why",
                condition=Q(replaces__isnull=True) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="outcomes_submission_ended",
                condition=Q(state__in=[each.value for each in LIVE], ended_at__isnull=True)
                | (~Q(state__in=[each.value for each in LIVE]) & Q(ended_at__isnull=False)),
            ),
            # One accepted set of numbers for each period, and at most one that is on its way.
            models.UniqueConstraint(
                fields=["authority", "kind", "period_start"],
                condition=Q(state=SubmissionState.ACCEPTED.value),
                name="outcomes_submission_one_accepted",
            ),
            models.UniqueConstraint(
                fields=["authority", "kind", "period_start"],
                condition=Q(state__in=[SubmissionState.RECEIVED.value, SubmissionState.CHECKED.value]),
                name="outcomes_submission_one_on_its_way",
            ),
        ]
        indexes = [models.Index(fields=["received_at", "id"], name="outcomes_submission_received")]

    def __str__(self) -> str:
        return f"{self.kind} {self.period_start}"


class Count(models.Model):
    """One number of a submission. `code`: of an outcome or a disposal, none for offences recorded."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="counts")
    offence = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, null=True, on_delete=models.PROTECT, related_name="+")
    basis = rows.maybe_member(Basis, max_length=12)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "offence", "code", "basis"],
                condition=Q(code__isnull=False),
                name="outcomes_count_once",
            ),
            models.UniqueConstraint(
                fields=["submission", "offence"], condition=Q(code__isnull=True), name="outcomes_count_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
