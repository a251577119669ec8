"""Where postcodes and towns are, as the country publishes it, and the country's holidays."""

from django.db import models

from leeward.society.directory.rules.limits import CODE_LENGTH, NAME_LENGTH
from leeward.society.directory.rules.places import PlaceKind


class Place(models.Model):
    """A postcode's or a town's middle. Imported, so that no search ever asks another site where something is."""

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in PlaceKind])
    # As it is looked up: a postcode without spaces in capitals, a town folded. `name` is as people write it.
    key = models.CharField(max_length=NAME_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    latitude = models.FloatField()
    longitude = models.FloatField()
    area_code = models.CharField(max_length=CODE_LENGTH, blank=True)
    area_name = models.CharField(max_length=NAME_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="directory_place_once", fields=["kind", "key", "area_code"]),
            models.CheckConstraint(
                name="directory_place_kind", condition=models.Q(kind__in=[kind.value for kind in PlaceKind])
            ),
            models.CheckConstraint(
                name="directory_place_on_earth",
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
        ]
        indexes = [models.Index(fields=["key"], name="directory_place_key")]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A public holiday of the nation."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
