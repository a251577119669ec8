"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Lists of cases that an authority hands in, without names"),
        why=mark("To count who offends again"),
        how_long=mark("Until the result is accepted, at most 90 days"),
        tables=("outcomes.CohortPart",),
        about=About.OTHERS,
    ),
)
