"""What the removal desk keeps under a code, counted, for the page on which its person erases everything."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.foundation.vault.errors import NotGranted
from leeward.victim.file.operations.files import find_story
from leeward.victim.portal.holders import HeldCount
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.models import Match, Report
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.rules.questions import is_receipt_only
from leeward.victim.removals.rules.states import ENDED

ASKED = (
    "removals.Request",
    "removals.RequestEvent",
    "removals.Check",
    "removals.PictureWatch",
)
SENT = ("removals.Notice", "removals.Decision", "removals.Appeal")


def count_hers(bearer: Bearer, now: datetime) -> tuple[HeldCount, ...]:
    """Count a report, its requests and what was sent. Of a report for somebody else only that it is there."""
    try:
        opened = open_hers(bearer=bearer, now=now)
    except (ReportUnknown, NotGranted):
        return ()
    report = Report.objects.get(reference=opened.file.file)
    told = HeldCount(words=mark("What you told the removal desk"), count=None, tables=("removals.Report",))
    notes = HeldCount(
        words=mark("The removal desk’s notes on its own work"), count=None, tables=("removals.Note", "removals.Review")
    )
    if is_receipt_only(path=report.path, story=find_story(opened.file)):
        work = HeldCount(words=mark("What the desk did about it"), count=None, tables=(*ASKED, *SENT, "removals.Match"))
        return (told, work, notes)
    requests = report.requests.all()
    return (
        told,
        HeldCount(
            words=mark("Places that we still ask sites about"),
            count=requests.exclude(state__in=ENDED).count(),
            tables=ASKED,
            note=mark("These requests end. We send nothing more, and look at nothing again."),
        ),
        HeldCount(
            words=mark("Places of which the work has ended"),
            count=requests.filter(state__in=ENDED).count(),
            tables=ASKED,
        ),
        HeldCount(
            words=mark("Our requests to sites, with what the sites answered"),
            count=report.notices.count(),
            tables=SENT,
        ),
        HeldCount(
            words=mark("What sites found of your protected pictures"),
            count=Match.objects.filter(request__report=report).count(),
            tables=("removals.Match",),
        ),
        notes,
    )
