"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Of people in a programme: how to reach them, and how it went"),
        why=mark("So that a programme can work with them"),
        how_long=mark("As long as the programme, and as the law says"),
        tables=("perpetrators.Referral", "perpetrators.ReferralEvent"),
        about=About.OTHERS,
    ),
)
