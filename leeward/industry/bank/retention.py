"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("Fingerprints of your pictures and videos"),
        why=mark("So that platforms can look for copies"),
        how_long=mark("Until you take them back or they run out. Your pages show the date"),
        tables=("bank.Submission", "bank.Picture", "bank.Entry", "bank.Membership", "bank.Withdrawal"),
        stays=mark("Our request to platforms to forget the fingerprints, until each has. It says nothing about you."),
    ),
    Retention(
        what=mark("What each platform answered"),
        why=mark("So that you can see it"),
        how_long=mark("As long as the fingerprints"),
        tables=("bank.Feedback",),
    ),
)
