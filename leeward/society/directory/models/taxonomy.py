"""The words by which services are sorted."""

from django.db import models

from leeward.society.directory.models.parts import Stored, stores
from leeward.society.directory.rules.limits import CODE_LENGTH
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord


@stores(TaxonomyRecord)
class Taxonomy(Stored[TaxonomyRecord], models.Model):
    """A family of terms, such as what people need."""

    public_id = models.UUIDField(unique=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name: str

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return self.name


@stores(TermRecord, taxonomy_id="taxonomy", parent_id="parent")
class Term(Stored[TermRecord], models.Model):
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
