"""What a locker holds, counted, for the page on which its person erases everything."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.victim.locker.models import Item, Part
from leeward.victim.locker.queries.lockers import locker_of
from leeward.victim.locker.rules.keeping import PartKind
from leeward.victim.portal.holders import HeldCount
from leeward.victim.portal.rules.visits import Bearer


def count_theirs(bearer: Bearer, _now: datetime) -> tuple[HeldCount, ...]:
    """Count the entries of a locker and the files in them."""
    row = locker_of(bearer)
    if row is None:
        return ()
    return (
        HeldCount(
            words=mark("Entries in your locker, with all their versions"),
            count=Item.objects.filter(locker=row).count(),
            tables=("locker.Locker", "locker.Item", "locker.Version", "locker.Custody"),
        ),
        HeldCount(
            words=mark("Files in your locker that you kept as proof"),
            count=Part.objects.filter(item__locker=row, kind=PartKind.COPY).count(),
            tables=("locker.Part",),
            note=mark("They are gone for good. Take them out first if you need them."),
        ),
    )
