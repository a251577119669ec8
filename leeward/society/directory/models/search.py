"""What is searched: made from the entries, and made again whenever they change. Nothing here is a source of truth.

Words are folded and stemmed before they come here (`rules.words`), so that both databases find the same. The database
keeps its own full-text index of a row's words: a generated column on PostgreSQL, an FTS5 table on SQLite
(`migrations/_full_text.py`). Of a confidential place there is no point here, so that no distance to it can be asked.
"""

from django.db import models

from leeward.society.directory.models.entries import Service
from leeward.society.directory.rules.limits import CODE_LENGTH, NAME_LENGTH


class SearchRow(models.Model):
    """One service as it is found."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="search_row", primary_key=True)
    # Words by how much they say, and facets as words of their own ("xneedlegal"): one look into one index for all.
    names = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    body = models.TextField(blank=True)
    facets = models.TextField(blank=True)
    sort_name = models.CharField(max_length=NAME_LENGTH)
    assured_date = models.DateField()
    minimum_age = models.PositiveSmallIntegerField(null=True)
    maximum_age = models.PositiveSmallIntegerField(null=True)
    # 0 a national crisis line, 1 national by phone or online, 2 all others.
    tier = models.PositiveSmallIntegerField()
    # The spell in which it is open now, or the next one in sight; a sweep works it out anew from `look_at` on.
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tier", "sort_name", "service"], name="directory_search_order"),
            models.Index(fields=["look_at"], name="directory_search_look"),
        ]

    def __str__(self) -> str:
        return self.sort_name


class SearchPoint(models.Model):
    """Where a service can be visited, as far as everybody may know."""

    row = models.ForeignKey(SearchRow, on_delete=models.CASCADE, related_name="points")
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="directory_search_point")]

    def __str__(self) -> str:
        return "point"


class OpeningTime(models.Model):
    """When a published service opens and closes, at whichever of its places, for other sites' questions.

    Those that are too old to be found are here too. A pair of times stands once with the days that one schedule names.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="opening_times", db_index=False)
    days = models.PositiveSmallIntegerField()  # a bit for each: 1 is Monday, 64 is Sunday
    opens_at = models.TimeField()
    closes_at = models.TimeField(null=True)  # empty where that is on the next day

    class Meta:
        indexes = [
            models.Index(fields=["service", "days", "opens_at", "closes_at"], name="directory_opening_service"),
        ]

    def __str__(self) -> str:
        return f"{self.opens_at:%H:%M}"


class ServedArea(models.Model):
    """One area that a published service is there for, for other sites' questions; without a word: all of them."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="served_areas")
    area = models.CharField(max_length=NAME_LENGTH, blank=True)  # its code as a word of the index

    class Meta:
        constraints = [models.UniqueConstraint(name="directory_served_area_once", fields=["area", "service"])]

    def __str__(self) -> str:
        return self.area


class SearchWord(models.Model):
    """A word that stands in some entry, folded; a mistyped one is mended by the nearest of these."""

    word = models.CharField(max_length=CODE_LENGTH, unique=True)

    def __str__(self) -> str:
        return self.word


class Synonym(models.Model):
    """A word that people use, and what the directory calls it. Fed by the terminology's other labels."""

    language = models.CharField(max_length=CODE_LENGTH)
    word = models.CharField(max_length=NAME_LENGTH)
    means = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        ordering = ["language", "word", "means"]
        constraints = [
            models.UniqueConstraint(name="directory_synonym_once", fields=["language", "word", "means"]),
        ]
        indexes = [models.Index(fields=["word", "id"], name="directory_synonym_word")]

    def __str__(self) -> str:
        return f"{self.word} → {self.means}"
