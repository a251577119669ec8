"""What her circle is told of the removal desk: what of hers it keeps, and how she stops it."""

from collections.abc import Iterator

from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Service
from leeward.victim.file.holders import Room, Stop, Talk
from leeward.victim.file.operations.files import find_story
from leeward.victim.file.rules.circle import MachinePart, Part, Share
from leeward.victim.removals.models import Match, Report
from leeward.victim.removals.queries.desk import DESK_TEAM
from leeward.victim.removals.queries.reports import is_open
from leeward.victim.removals.rules.questions import is_receipt_only
from leeward.victim.removals.rules.reports import ReportState
from leeward.victim.removals.rules.states import ENDED

LETTERS = mark("What you and the removal desk write each other")
NOTICES = mark("Our requests to take it down")
FOUND = mark("Which of your protected pictures a site found")
LOOKED_AT = mark("The addresses at which we look")
PICTURES = mark("Which protected pictures belong to this")
AGREED = mark("You said yes to our asking sites.")


def share_of(opened: OpenFile) -> Share:
    """What the desk keeps of the file that her code has opened; of a report for another person, what was told."""
    report = Report.objects.select_related("picture_watch", "thread").filter(reference=opened.file).first()
    if report is None or report.state == ReportState.DRAFT:
        return Share()
    if is_receipt_only(path=report.path, story=find_story(opened)):
        return Share(may_stop=False, tells_work=False)
    return Share(
        parts=tuple(_parts(report)),
        machines=tuple(_machines(report)),
        may_stop=report.requests.exclude(state__in=ENDED).exists(),
    )


def _parts(report: Report) -> Iterator[Part]:
    if report.thread:
        yield Part(file=report.thread.reference, compartment=Compartment.STORY, words=LETTERS)
    for notice in report.notices.select_related("platform"):
        site = notice.platform.name if notice.platform else ""
        yield Part(file=notice.reference, compartment=Compartment.PACKET, words=NOTICES, site=site)
    for match in Match.objects.filter(request__report=report).select_related("request__platform"):
        site = match.request.platform.name if match.request.platform else ""
        yield Part(file=match.reference, compartment=Compartment.PACKET, words=FOUND, site=site)


def _machines(report: Report) -> Iterator[MachinePart]:
    if report.requests.exclude(watch="").exists():
        yield MachinePart(service=Service.MONITOR, words=LOOKED_AT)
    if hasattr(report, "picture_watch"):
        yield MachinePart(service=Service.MONITOR, words=PICTURES)


ROOM = Room(
    is_open=is_open,
    share=share_of,
    team=DESK_TEAM,
    who=mark("The removal desk"),
    talk=Talk(
        title=mark("You and the desk"),
        page="removals:my-messages",
        readers=mark("You and the people at the removal desk can read this. The helpline cannot."),
    ),
    note=mark("After you stop all requests, it can still read what it has. Only erasing everything ends that."),
    why={"filed": mark("You handed your report in."), "notice": AGREED, "match": AGREED},
    stop=Stop(button=mark("Stop all requests"), page="removals:my-stop"),
)
