"""The words by which services are sorted."""

from django.db import models

from leeward.society.directory.models.parts import pack_parts, unpack_parts
from leeward.society.directory.rules.limits import CODE_LENGTH, NAME_LENGTH, TEXT_LENGTH, URL_LENGTH
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord


class Taxonomy(models.Model):
    """A family of terms, such as what people need."""

    public_id = models.UUIDField(unique=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(max_length=TEXT_LENGTH)
    uri = models.CharField(max_length=URL_LENGTH, blank=True)
    version = models.CharField(max_length=CODE_LENGTH, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> TaxonomyRecord:
        """The taxonomy as everybody else sees it."""
        return TaxonomyRecord(
            id=self.public_id,
            code=self.code,
            name=self.name,
            description=self.description,
            uri=self.uri,
            version=self.version,
        )


class Term(models.Model):
    """One term. Its parent is of the same taxonomy, and never itself or one below it: operations see to that."""

    public_id = models.UUIDField(unique=True)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="terms")
    code = models.CharField(max_length=CODE_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(max_length=TEXT_LENGTH)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    term_uri = models.CharField(max_length=URL_LENGTH, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    parts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "name", "id"]
        constraints = [
            models.UniqueConstraint(name="directory_term_code_once", fields=["taxonomy", "code"]),
            models.CheckConstraint(
                name="directory_term_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> TermRecord:
        """The term as everybody else sees it (`taxonomy` and `parent` must be loaded)."""
        return TermRecord(
            id=self.public_id,
            taxonomy_id=self.taxonomy.public_id,
            code=self.code,
            name=self.name,
            description=self.description,
            parent_id=self.parent.public_id if self.parent else None,
            term_uri=self.term_uri,
            position=self.position,
            **unpack_parts(TermRecord, ("translations",), self.parts),
        )

    def take(self, record: TermRecord) -> None:
        """Take a record's values, all but its taxonomy and parent."""
        for name in ("code", "name", "description", "term_uri", "position"):
            setattr(self, name, getattr(record, name))
        self.public_id, self.parts = record.id, pack_parts(record, ("translations",))
