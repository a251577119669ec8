"""Pages, the drafts of their texts, and their editions, which nobody can change or delete."""

from django.db import models
from django.db.models import F, Q

from leeward.foundation.editing.values import LINE_LENGTH
from leeward.foundation.pages.rules.papers import Format
from leeward.foundation.pages.rules.texts import BODY_LENGTH, CODE_LENGTH, DIGEST_LENGTH, TAB_LENGTH
from leeward.foundation.rows import one_of, public_id

REFERENCE_LENGTH = 64  # of a member of staff
LANGUAGE_LENGTH = 12
HOST_LENGTH = 253
SHEET_LENGTH = 6
MEDIA_TYPE_LENGTH = 12
FORM_LENGTH = 12


class Page(models.Model):
    """A page: its name for good, and whether people who are watched read it. Its texts are editions."""

    public_id = public_id()
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title = models.CharField(max_length=LINE_LENGTH)  # for lists: what it is called in the nation's first language
    is_watched = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    review_on = models.DateField(db_index=True)  # from this day on somebody must look at it again

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Written(models.Model):
    """A text of a page in one language."""

    language = models.CharField(max_length=LANGUAGE_LENGTH)
    title = models.CharField(max_length=LINE_LENGTH)
    tab = models.CharField(max_length=TAB_LENGTH)
    body = models.TextField(max_length=BODY_LENGTH)
    renders = models.JSONField(default=list)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)

    class Meta:
        abstract = True


class Draft(Written):
    """The one open draft of a page's text in one language, and everybody who wrote in it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="drafts")
    writers = models.JSONField(default=list)
    is_ready = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="pages_one_draft"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(from_on__lte=F("until_on")), name="pages_draft_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.language}"


class PageEdition(Written):
    """A text that a second person approved. The database refuses to change or delete one."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=LINE_LENGTH)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    written_by = models.CharField(max_length=REFERENCE_LENGTH)
    approved_by = models.CharField(max_length=REFERENCE_LENGTH)
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "language", "number"], name="pages_edition_number"),
            models.CheckConstraint(condition=~Q(written_by=F("approved_by")), name="pages_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.language} {self.number}"


class Withdrawal(models.Model):
    """An edition that is not to be shown any more, and why. The database refuses to change or delete one."""

    edition = models.OneToOneField(PageEdition, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=LINE_LENGTH)
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.edition_id}"


class StoodOn(models.Model):
    """What an edition refers to: which pages use a thing is one question. As final as its edition."""

    edition = models.ForeignKey(PageEdition, on_delete=models.PROTECT, related_name="references")
    kind = models.CharField(max_length=CODE_LENGTH)
    key = models.CharField(max_length=LINE_LENGTH)

    class Meta:
        indexes = [models.Index(fields=["kind", "key"], name="pages_stood_on")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Sheet(Written):
    """A text as it was printed, with what its references said then. The database refuses to change or delete one.

    `code` is on the sheet; `state` is the digest of all that the sheet says, so that a state has one code.
    """

    code = models.CharField(max_length=SHEET_LENGTH, unique=True)
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="sheets")
    number = models.PositiveIntegerField()
    said = models.JSONField(default=list)
    state = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.code


class PrintRun(models.Model):
    """Copies of a sheet that hang or lie somewhere, so that they can be replaced once it is no longer right."""

    public_id = public_id()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="runs")
    form = models.CharField(max_length=FORM_LENGTH)
    copies = models.PositiveIntegerField()
    location = models.CharField(max_length=LINE_LENGTH)
    printed_on = models.DateField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        ordering = ["-printed_on", "-pk"]
        constraints = [
            one_of("form", Format, "pages_run_form"),
            models.CheckConstraint(condition=Q(copies__gte=1), name="pages_run_copies"),
            models.CheckConstraint(
                condition=Q(replaced_at=None, replaced_by="") | (Q(replaced_at__isnull=False) & ~Q(replaced_by="")),
                name="pages_run_replaced_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.location}"


class PageFile(models.Model):
    """A picture that texts may show once a second person approved it. The database refuses to change one from then on.

    `sha256` is that of what is kept, which is made anew from what was sent. `alternatives`: by language, its words for
    whoever cannot see it.
    """

    public_id = public_id()
    code = models.CharField(max_length=SHEET_LENGTH, unique=True)
    name = models.CharField(max_length=LINE_LENGTH)
    media_type = models.CharField(max_length=MEDIA_TYPE_LENGTH)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alternatives = models.JSONField(default=dict)
    added_by = models.CharField(max_length=REFERENCE_LENGTH)
    added_at = models.DateTimeField()
    approved_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(added_by=F("approved_by")), name="pages_file_two_people"),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at__isnull=True)
                | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="pages_file_approved_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FileContent(models.Model):
    """A picture's bytes. The database refuses to change them; they go when the picture is withdrawn."""

    file = models.OneToOneField(PageFile, on_delete=models.PROTECT, related_name="kept")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.file_id}"


class FileLook(models.Model):
    """What a check knows a picture by, and how far the check's list went when it was looked at last.

    It goes when the picture is withdrawn.
    """

    file = models.ForeignKey(PageFile, on_delete=models.PROTECT, related_name="looks")
    by = models.CharField(max_length=LINE_LENGTH)
    marks = models.JSONField(default=list)
    upto = models.CharField(max_length=LINE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "by"], name="pages_one_look")]

    def __str__(self) -> str:
        return f"{self.file_id}"


class FileWithdrawal(models.Model):
    """A picture that is not shown any more, and why. The database refuses to change or delete one."""

    file = models.OneToOneField(PageFile, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=LINE_LENGTH)
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_id}"


class AllowedSite(models.Model):
    """Another site that texts may link to, and why."""

    public_id = public_id()
    host = models.CharField(max_length=HOST_LENGTH, unique=True)
    reason = models.CharField(max_length=LINE_LENGTH)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host
