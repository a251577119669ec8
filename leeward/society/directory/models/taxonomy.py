"""The words by which services are sorted."""

from django.db import models

from leeward.society.directory.models.parts import stores, take_values, values_of
from leeward.society.directory.rules.limits import CODE_LENGTH
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord


@stores(TaxonomyRecord)
class Taxonomy(models.Model):
    """A family of terms, such as what people need."""

    public_id = models.UUIDField(unique=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name: str

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> TaxonomyRecord:
        """The taxonomy as everybody else sees it."""
        return TaxonomyRecord(id=self.public_id, **values_of(self, TaxonomyRecord))

    def take(self, record: TaxonomyRecord) -> None:
        """Take a record's values."""
        take_values(self, record)


@stores(TermRecord)
class Term(models.Model):
    """One term. Its parent is of the same taxonomy, and never itself or one below it: operations see to that."""

    public_id = models.UUIDField(unique=True)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="terms")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    parts = models.JSONField(default=dict, blank=True)
    code: str
    name: str
    position: int

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
            parent_id=self.parent.public_id if self.parent else None,
            **values_of(self, TermRecord),
        )

    def take(self, record: TermRecord) -> None:
        """Take a record's values, all but its taxonomy and parent."""
        take_values(self, record)
