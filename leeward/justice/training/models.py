"""Tables of training. Who somebody is opens for their employer's team alone; docs/clear-fields.md defends the rest."""

import uuid

from django.db import models
from django.db.models import F, Q

from leeward.foundation import rows
from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment, Service
from leeward.justice.training.rules.clock import ClockTerms, Mode, Window
from leeward.justice.training.rules.terms import (
    CODE_LENGTH,
    NAME_LENGTH,
    SOURCE_LENGTH,
    WORDS_LENGTH,
    Contradiction,
    CourseKind,
    EmployerKind,
    ExemptReason,
    JobRole,
    Result,
    Source,
    StatementState,
    TriggerAnswer,
    TriggerKind,
)

REFERENCE_LENGTH = 64
MONTH_DAY_LENGTH = 5
ZONE_LENGTH, LANGUAGE_LENGTH = 60, 10
URL_LENGTH = 500


class Employer(rows.Edited):
    """Somebody whose people are trained. `file`: the vault's file under which their names are sealed."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    kind = rows.member(EmployerKind, max_length=15)
    # Of which its people's addresses must be; none: of any.
    domains = models.JSONField(default=list, blank=True)
    file = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Since when its due days wait to be reckoned anew; None where they stand.
    stale_at = models.DateTimeField(null=True, db_index=True)
    # How often who its people are was changed: by this it is known whether a file was compared with those of today.
    revision = models.PositiveIntegerField(default=0)
    # In which zone its days begin, and in which language its people are written to; "" as in the nation.
    zone = models.CharField(max_length=ZONE_LENGTH, blank=True)
    language = models.CharField(max_length=LANGUAGE_LENGTH, blank=True)
    # The member of the support network that it is, by public id, which is told how many are trained.
    member = models.UUIDField(null=True, unique=True)
    told_on = models.DateField(null=True)

    class Meta:
        constraints = [
            rows.one_of("kind", EmployerKind, "training_employer_kind"),
            models.CheckConstraint(name="training_employer_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def team(self) -> str:
        """The vault's team that opens who its people are."""
        return f"employer:{self.public_id}"


class Unit(Boxed):
    """A team of an employer's people. Its name is sealed; the index, which finds it again, tells nothing of it."""

    id = RandomKey()
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="units")
    name = SealedField(compartment=Compartment.CONTACT)
    name_index = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "name_index"], name="training_unit_once")]

    def __str__(self) -> str:
        return "unit"


class Learner(Boxed):
    """One of an employer's people. What says who they are goes a year after they have left; what they passed stays."""

    id = RandomKey()
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="learners")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="learners")
    name = SealedField(compartment=Compartment.CONTACT)
    number = SealedField(compartment=Compartment.CONTACT)
    number_index = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    # Where the notifier reminds them; "" where it does not.
    mailbox = SealedField(compartment=Compartment.CONTACT, service=Service.NOTIFIER)
    mailbox_index = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    left_on = models.DateField(null=True)
    # When they are reminded next, and when they were last; one series for everything that is due.
    remind_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    # Since when a new link is wanted, which only the notifier can write.
    link_wanted_at = models.DateTimeField(null=True)
    # Since when their manager wants them reminded, ahead of the series.
    reminder_wanted_at = models.DateTimeField(null=True)
    # The last reminder, by its name in the outbox, which knows what became of it.
    reminder = models.UUIDField(null=True)
    # In which language they asked for a link last; "": in that of their employer.
    language = models.CharField(max_length=LANGUAGE_LENGTH, blank=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "number_index"], condition=~Q(number_index=""), name="training_learner_number"
            ),
            models.UniqueConstraint(
                fields=["employer", "mailbox_index"], condition=~Q(mailbox_index=""), name="training_learner_mailbox"
            ),
            models.CheckConstraint(
                name="training_learner_is_forgotten_whole",
                condition=Q(forgotten_at__isnull=True)
                | Q(name="", number="", number_index="", mailbox="", mailbox_index="", unit__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_on", "id"], name="training_learner_remind", condition=Q(remind_on__isnull=False)
            ),
            models.Index(fields=["employer", "unit"], name="training_learner_board"),
            models.Index(
                fields=["left_on", "id"], name="training_learner_left", condition=Q(forgotten_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return "learner"


class Post(models.Model):
    """A post of somebody, from its first day to its last, both included."""

    id = RandomKey()
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="posts")
    role = rows.member(JobRole, max_length=20)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            rows.one_of("role", JobRole, "training_post_role"),
            models.UniqueConstraint(
                fields=["learner"], condition=Q(until_on__isnull=True), name="training_post_one_open"
            ),
            models.CheckConstraint(
                name="training_post_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return "post"


class Course(models.Model):
    """Something to be learned. Its words stand in the lesson of the same name."""

    code = models.SlugField(max_length=CODE_LENGTH, unique=True)
    kind = rows.member(CourseKind, max_length=10)
    title = models.JSONField(default=dict)
    minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [rows.one_of("kind", CourseKind, "training_course_kind")]

    def __str__(self) -> str:
        return self.code


class CourseVersion(models.Model):
    """A version of a course as it was published, for good. `delta`: the lesson with only what changed, "" for none."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    lesson = models.CharField(max_length=CODE_LENGTH)
    digest = models.CharField(max_length=REFERENCE_LENGTH)
    delta = models.CharField(max_length=CODE_LENGTH, blank=True)
    is_material = models.BooleanField(default=False)
    why = models.JSONField(default=dict)
    # Who with lived experience reviewed a briefing, as they want to be named.
    reviewers = models.JSONField(default=list, blank=True)
    published_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="training_version_once"),
            models.CheckConstraint(name="training_version_first_is_whole", condition=Q(number__gt=1) | Q(delta="")),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}:{self.number}"


class Requirement(models.Model):
    """Which posts must pass which course by when. What was in force is never changed: it ends, and another begins."""

    public_id = rows.public_id()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements")
    roles = models.JSONField()
    # Of which kinds of employers; none named: of all.
    employer_kinds = models.JSONField(default=list, blank=True)
    mode = rows.member(Mode, max_length=12, default=Mode.ANNIVERSARY)
    # The weeks of each year, as month and day; "" by anniversary.
    opens = models.CharField(max_length=MONTH_DAY_LENGTH, blank=True)
    closes = models.CharField(max_length=MONTH_DAY_LENGTH, blank=True)
    first_days = models.PositiveSmallIntegerField(default=90)
    months = models.PositiveSmallIntegerField(default=12)
    window_days = models.PositiveSmallIntegerField(default=60)
    grace_days = models.PositiveSmallIntegerField(default=30)
    refresh_days = models.PositiveSmallIntegerField(default=60)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    source = models.CharField(max_length=WORDS_LENGTH)

    class Meta:
        constraints = [
            rows.one_of("mode", Mode, "training_requirement_mode"),
            models.CheckConstraint(
                name="training_requirement_weeks",
                condition=Q(mode=Mode.CALENDAR.value) & ~Q(opens="") & ~Q(closes="")
                | Q(mode=Mode.ANNIVERSARY.value, opens="", closes=""),
            ),
            models.CheckConstraint(name="training_requirement_has_source", condition=~Q(source="")),
            models.CheckConstraint(name="training_requirement_months", condition=Q(months__range=(1, 120))),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def terms(self) -> ClockTerms:
        """Its times."""
        window = Window(opens=_month_day(self.opens), closes=_month_day(self.closes)) if self.opens else None
        return ClockTerms(
            from_on=self.from_on,
            first_days=self.first_days,
            months=self.months,
            window_days=self.window_days,
            grace_days=self.grace_days,
            refresh_days=self.refresh_days,
            mode=self.mode,
            window=window,
        )

    def asks(self, kind: EmployerKind) -> bool:
        """Whether employers of this kind are asked."""
        return not self.employer_kinds or kind.value in self.employer_kinds


class Package(models.Model):
    """A package (cmi5) that teaches a version of a course elsewhere, as it was sent and found to be whole.

    `unit`: the id of its only unit and `move_on` when that is done, where one word does it. What is told of the units
    of every other package is collected until each of them is done.
    """

    public_id = rows.public_id()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="packages")
    version = models.PositiveIntegerField()
    title = models.JSONField(default=dict)
    units = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=URL_LENGTH, blank=True)
    move_on = models.CharField(max_length=20, blank=True)
    mastery = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=~Q(unit=""), name="training_package_unit_once")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class PackageUnit(models.Model):
    """A unit of a package of which more than one word is needed. Blocks ask for all of their units, so none is kept."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="parts")
    unit = models.CharField(max_length=URL_LENGTH, unique=True)
    move_on = models.CharField(max_length=20)
    mastery = models.DecimalField(max_digits=5, decimal_places=4, null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="training_unit_named", condition=~Q(unit=""))]

    def __str__(self) -> str:
        return self.unit


class CourseService(models.Model):
    """That a course names a service of the directory, and in which state that was seen last."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="services")
    service = models.UUIDField()
    state = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "service"], name="training_course_service_once")]

    def __str__(self) -> str:
        return str(self.service)


class Trigger(models.Model):
    """Something that changed outside, and what an author says that it means. `key` keeps it from being asked twice."""

    public_id = rows.public_id()
    key = models.CharField(max_length=NAME_LENGTH, unique=True)
    kind = rows.member(TriggerKind, max_length=8)
    about = models.CharField(max_length=WORDS_LENGTH)
    address = models.CharField(max_length=URL_LENGTH, blank=True)
    # Whose author is asked; none: of every course.
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="triggers")
    noticed_on = models.DateField()
    due_on = models.DateField()
    answer = rows.maybe_member(TriggerAnswer, max_length=10)
    reason = models.CharField(max_length=WORDS_LENGTH, blank=True)
    answered_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        constraints = [
            rows.one_of("kind", TriggerKind, "training_trigger_kind"),
            models.CheckConstraint(
                name="training_trigger_is_answered_whole",
                condition=Q(answered_at__isnull=True, answered_on__isnull=True, answer="", reason="", answered_by="")
                | Q(answered_at__isnull=False, answered_on__isnull=False)
                & ~Q(answer="")
                & ~Q(reason="")
                & ~Q(answered_by=""),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="training_trigger_due")]

    def __str__(self) -> str:
        return self.key


class SayingCount(models.Model):
    """How often an answer of a talk was chosen in a week by an employer's people, or by others: no learner, no day."""

    week = models.DateField()
    employer = models.ForeignKey(Employer, null=True, on_delete=models.CASCADE, related_name="+")
    talk = models.CharField(max_length=CODE_LENGTH)
    version = models.PositiveIntegerField()
    turn = models.CharField(max_length=CODE_LENGTH)
    saying = models.CharField(max_length=CODE_LENGTH)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "employer", "talk", "version", "turn", "saying"],
                condition=Q(employer__isnull=False),
                name="training_saying_once",
            ),
            models.UniqueConstraint(
                fields=["week", "talk", "version", "turn", "saying"],
                condition=Q(employer__isnull=True),
                name="training_saying_once_of_others",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.talk}/{self.turn}/{self.saying}"


class Completion(models.Model):
    """That somebody ended a version of a course, or its delta. A mistake is one more row, which voids it."""

    id = RandomKey()
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="completions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    version = models.PositiveIntegerField()
    is_delta = models.BooleanField(default=False)
    on = models.DateField()
    result = rows.member(Result, max_length=10)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    source = rows.member(Source, max_length=10)
    source_id = models.CharField(max_length=SOURCE_LENGTH)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=REFERENCE_LENGTH)
    voids = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="voided_by")

    class Meta:
        constraints = [
            rows.one_of("result", Result, "training_completion_result"),
            rows.one_of("source", Source, "training_completion_source"),
            models.UniqueConstraint(
                fields=["learner", "source", "source_id"],
                condition=Q(voids__isnull=True),
                name="training_completion_once",
            ),
            models.CheckConstraint(
                name="training_completion_score", condition=Q(score__isnull=True) | Q(score__range=(0, 1))
            ),
        ]
        indexes = [models.Index(fields=["learner", "course", "on"], name="training_completion_course")]

    def __str__(self) -> str:
        return "completion"


class MachineKey(models.Model):
    """The key of an employer's learning system. It opens nothing: with it completions are told, and none is read."""

    id = RandomKey()
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="machine_keys")
    name = models.CharField(max_length=NAME_LENGTH)
    # Whose accounts are staff numbers.
    home = models.CharField(max_length=URL_LENGTH)
    digest = models.CharField(max_length=REFERENCE_LENGTH)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    used_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="training_key_named", condition=~Q(name="") & ~Q(home=""))]

    def __str__(self) -> str:
        return "machine key"


class MachineStatement(models.Model):
    """What a learning system said of somebody and one of our courses, by the id that it gave it.

    `person` is sealed to the employer's team and stands here only while nobody in the roster is meant; `person_index`
    finds them once they are in it.
    """

    id = RandomKey()
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="machine_statements")
    statement = models.UUIDField()
    digest = models.CharField(max_length=REFERENCE_LENGTH)
    state = rows.member(StatementState, max_length=12)
    verb = models.CharField(max_length=10)
    # Of a voiding one: which it takes back.
    voids = models.UUIDField(null=True)
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(null=True)
    is_delta = models.BooleanField(default=False)
    # Of a package of several units: of which, and in which enrolment.
    unit = models.ForeignKey(PackageUnit, null=True, on_delete=models.SET_NULL, related_name="+")
    registration = models.UUIDField(null=True)
    on = models.DateField()
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    why = rows.maybe_member(Contradiction, max_length=12)
    learner = models.ForeignKey(Learner, null=True, on_delete=models.CASCADE, related_name="+")
    completion = models.ForeignKey(Completion, null=True, on_delete=models.SET_NULL, related_name="+")
    person = SealedField(compartment=Compartment.CONTACT)
    person_by = models.CharField(max_length=10, blank=True)
    person_index = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            rows.one_of("state", StatementState, "training_statement_state"),
            models.UniqueConstraint(fields=["employer", "statement"], name="training_statement_once"),
            models.CheckConstraint(
                name="training_statement_is_of_somebody",
                condition=Q(state="voiding", learner__isnull=True, person="")
                | (~Q(state="voiding") & (Q(learner__isnull=False, person="") | Q(learner__isnull=True))),
            ),
            models.CheckConstraint(
                name="training_statement_says_why",
                condition=Q(state="contradicted") & ~Q(why="") | ~Q(state="contradicted") & Q(why=""),
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "received_at", "id"], name="training_statement_came"),
            models.Index(fields=["person_index"], name="training_statement_waits", condition=Q(state="unknown")),
        ]

    def __str__(self) -> str:
        return str(self.statement)


class MachineDay(models.Model):
    """How many statements came on a day that are not kept: of other verbs, and of what is no course of ours."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="machine_days")
    on = models.DateField()
    other_verbs = models.PositiveIntegerField(default=0)
    other_activities = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "on"], name="training_day_once")]

    def __str__(self) -> str:
        return f"{self.on}"


class Exemption(models.Model):
    """That somebody need not pass what is required of them for a time. One over 180 days needs a second person."""

    id = RandomKey()
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="exemptions")
    reason = rows.member(ExemptReason, max_length=10)
    from_on = models.DateField()
    until_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=REFERENCE_LENGTH)
    needs_second = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            rows.one_of("reason", ExemptReason, "training_exemption_reason"),
            models.CheckConstraint(name="training_exemption_ends", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="training_exemption_two_people",
                condition=Q(agreed_at__isnull=True, agreed_by="")
                | (Q(agreed_at__isnull=False) & ~Q(agreed_by="") & ~Q(agreed_by=F("asked_by"))),
            ),
        ]

    def __str__(self) -> str:
        return "exemption"


class Due(models.Model):
    """When somebody is due under a requirement, in one stretch of their posts: reckoned from the rows above alone.

    `soon_on` is the first day on which it is due soon, `lapses_on` the last on which it is overdue and not lapsed.
    """

    id = RandomKey()
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="dues")
    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="dues")
    start_on = models.DateField()
    until_on = models.DateField(null=True)
    soon_on = models.DateField()
    due_on = models.DateField()
    lapses_on = models.DateField()
    # The last full pass, and the version of which somebody misses the change.
    full_on = models.DateField(null=True)
    pending = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "requirement", "start_on"], name="training_due_once"),
            models.CheckConstraint(
                name="training_due_in_order", condition=Q(soon_on__lte=F("due_on")) & Q(lapses_on__gte=F("due_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="training_due_day"),
            # An employer's board reads its dues here, and not row by row from all over the table.
            models.Index(
                fields=[
                    "learner",
                    "requirement",
                    "start_on",
                    "until_on",
                    "soon_on",
                    "due_on",
                    "lapses_on",
                    "full_on",
                ],
                name="training_due_board",
            ),
        ]

    def __str__(self) -> str:
        return "due"


class CoverageSheet(models.Model):
    """How many are trained in a course by employer and role, counted on the first day of a week and protected.

    Without a course: in all of them together. `cells` holds what may be published alone: rounded counts, and why
    others are missing.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="sheets")
    week_on = models.DateField()
    counted_at = models.DateTimeField()
    cells = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "week_on"], name="training_sheet_once"),
            models.UniqueConstraint(
                fields=["week_on"], condition=Q(course__isnull=True), name="training_sheet_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id or 'all'}:{self.week_on}"


class Upload(models.Model):
    """A file that was sent and not kept yet; it is gone a day later.

    `job`: the work that compares its parts with the employer's people, as they were at this `revision`.
    """

    class Kind(models.TextChoices):
        """What it holds."""

        ROSTER = "roster"
        COMPLETIONS = "completions"

    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    sent_at = models.DateTimeField(db_index=True)
    sent_by = models.CharField(max_length=REFERENCE_LENGTH)
    job = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="training_upload_kind", condition=Q(kind__in=["roster", "completions"]))
        ]

    def __str__(self) -> str:
        return "upload"


class UploadPart(models.Model):
    """A part of such a file: its lines sealed to the employer's team, and what they would change, once compared.

    `plan` holds the values of rows to be, as sealed as they stand there; `counts` holds numbers and keys of rows.
    """

    id = RandomKey()
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    content = SealedField(compartment=Compartment.CONTACT)
    counts = models.JSONField(null=True)
    plan = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="training_upload_part_once")]

    def __str__(self) -> str:
        return "part"


class LearnerLink(models.Model):
    """A link by which somebody comes to their courses, for some weeks. The database has its digest alone."""

    id = RandomKey()
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    # The index of the mailbox to which it went: with another one it opens nothing any more.
    sent_to = models.CharField(max_length=REFERENCE_LENGTH, default="")
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "link"


class Certificate(models.Model):
    """The signed record of a full pass, by its number; the room `signing` keeps the record itself."""

    id = RandomKey()
    completion = models.OneToOneField(Completion, on_delete=models.CASCADE, related_name="certificate")
    number = models.CharField(max_length=10, unique=True)

    def __str__(self) -> str:
        return self.number


def _month_day(text: str) -> tuple[int, int]:
    month, day = map(int, text.split("-"))
    return month, day
