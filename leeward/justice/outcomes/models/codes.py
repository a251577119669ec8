"""Code lists, each national code with its stage, and methods: versions that nobody edits."""

from django.db import models
from django.db.models import Q

from leeward.foundation import rows
from leeward.justice.outcomes.rules.terms import (
    CODE_LENGTH,
    NAME_LENGTH,
    SOURCE_LENGTH,
    Basis,
    CodeKind,
    CountUnit,
    MethodKind,
    Stage,
)

REFERENCE_LENGTH = 64


class CodeList(models.Model):
    """The codes of one jurisdiction for one thing. `checked_on`: when somebody compared them with their source."""

    public_id = rows.public_id()
    jurisdiction = models.CharField(max_length=NAME_LENGTH)
    kind = rows.member(CodeKind, max_length=10)
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=SOURCE_LENGTH)
    source_url = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    checked_on = models.DateField(null=True)
    is_switched_on = models.BooleanField(default=False)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            rows.one_of("kind", CodeKind, "outcomes_codelist_kind"),
            models.UniqueConstraint(fields=["jurisdiction", "kind", "version"], name="outcomes_codelist_version"),
            # What nobody has checked against the law's own words is not counted by.
            models.CheckConstraint(
                name="outcomes_codelist_checked_first",
                condition=Q(is_switched_on=False) | Q(checked_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_switched_on=True), name="outcomes_codelist_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.kind} {self.version}"


class Code(models.Model):
    """One national code. `stage`: where it stands in our ladder, none for an offence. `iccs`: the UN's code as text."""

    code_list = models.ForeignKey(CodeList, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=CODE_LENGTH)
    name = models.CharField(max_length=SOURCE_LENGTH)
    stage = rows.maybe_member(Stage, max_length=15)
    iccs = models.CharField(max_length=CODE_LENGTH, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code_list", "code"], name="outcomes_code_once")]

    def __str__(self) -> str:
        return self.code


class Method(models.Model):
    """How something is counted, for good: a change is a new version. `basis`: none where the file itself says it."""

    code = models.SlugField(max_length=CODE_LENGTH)
    version = models.PositiveIntegerField()
    kind = rows.member(MethodKind, max_length=10)
    basis = rows.maybe_member(Basis, max_length=12)
    unit = rows.member(CountUnit, max_length=10)
    follow_up_days = models.PositiveIntegerField(default=0)
    waiting_days = models.PositiveIntegerField(default=0)
    # What counts and what does not, and what this version changed, in the nation's languages.
    what = models.JSONField(default=dict)
    changed = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=SOURCE_LENGTH)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            rows.one_of("kind", MethodKind, "outcomes_method_kind"),
            rows.one_of("unit", CountUnit, "outcomes_method_unit"),
            models.UniqueConstraint(fields=["code", "version"], name="outcomes_method_version"),
            models.CheckConstraint(name="outcomes_method_says_what_changed", condition=Q(version=1) | ~Q(changed={})),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
