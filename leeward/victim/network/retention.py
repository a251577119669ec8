"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("What is passed on to other services, or is to be, and what came of it"),
        why=mark("So that you do not have to tell it again"),
        how_long=mark(
            "A service can open it as long as you say, at most a year. The rest: two years, or until you erase it"
        ),
        tables=("network.Referral", "network.Turn", "network.TurnEvent", "network.MeetingAction"),
    ),
    Retention(
        what=mark("Which trick was used against you, only if you let us count it"),
        why=mark("To warn others of it"),
        how_long=mark("Two years, or until you take your yes back"),
        tables=("network.Sighting",),
        stays=mark("That a trick was used against somebody, if you let us count it. It does not say against whom."),
    ),
    Retention(
        what=mark("Where services and the government’s office want their mail"),
        why=mark("So that we can tell them that something waits"),
        how_long=mark("Until they take it back or leave"),
        tables=("network.Member", "network.WarningPlan"),
        about=About.OTHERS,
    ),
)
