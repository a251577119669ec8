"""What lies on a person's file, counted, for the page on which they erase everything."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.victim.file.models import Message, SafeWay, Thread
from leeward.victim.file.operations.files import her_file
from leeward.victim.portal.holders import HeldCount
from leeward.victim.portal.rules.visits import Bearer


def count_hers(bearer: Bearer, _now: datetime) -> tuple[HeldCount, ...]:
    """Count what is written in threads, and the messages that there is news."""
    file = her_file(bearer)
    if file is None:
        return ()
    threads = Thread.objects.filter(file__reference=file)
    return (
        HeldCount(
            words=mark("Your story, and how to reach you, if you gave us a way"),
            count=None,
            tables=("file.File", "file.Opening"),
        ),
        HeldCount(
            words=mark("Messages that you and we wrote each other"),
            count=Message.objects.filter(thread__in=threads).count(),
            tables=("file.Message", "file.Thread"),
        ),
        HeldCount(
            words=mark("Where we write to you when there is news"),
            count=SafeWay.objects.filter(file__reference=file).count(),
            tables=("file.SafeWay",),
            note=mark("You get none any more."),
        ),
    )
