"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("If you answer a survey: your answers, without your name, your network or the hour"),
        why=mark("To print shares and counts"),
        how_long=mark("One by one until the survey is over; then mixed in one file, until its permit ends"),
        tables=("surveys.Box", "surveys.WaveFile"),
        stays=mark("Your answers to a survey. Nobody can tell which are yours, so nobody can pick them out."),
    ),
)
