"""What her circle is told of the removal desk: what of hers it keeps, and how she stops it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.audit.rules import Actor
from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Keyring, Service
from leeward.victim.file.holders import Room, Stop, Talk
from leeward.victim.file.operations.files import find_story
from leeward.victim.file.rules.circle import MachinePart, Share
from leeward.victim.portal.holders import Offer
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.models import Match, Report
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.operations.reports import open_report, stop_desk
from leeward.victim.removals.queries.desk import DESK_TEAM
from leeward.victim.removals.queries.reports import is_counted, is_open
from leeward.victim.removals.rules.questions import is_receipt_only
from leeward.victim.removals.rules.reports import ReportState

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
    return Share(parts=tuple(_parts(report)), machines=tuple(_machines(report)))


def stop(bearer: Bearer, now: datetime) -> None:
    """She stops the desk. Raises ReportUnknown."""
    stop_desk(opened=open_hers(bearer=bearer, now=now), by=bearer.by, now=now)


def open_thread(report: UUID, keyring: Keyring, by: Actor, now: datetime) -> OpenFile:
    """What she and the desk write each other. Raises ReportUnknown, ReportStopped, and the vault's NotGranted."""
    thread = open_report(reference=report, keyring=keyring, by=by, now=now, reason="locker_view").thread
    if thread is None:
        raise ReportUnknown
    return thread


def offer_break() -> Offer:
    """What she can do instead of stopping."""
    return Offer(text=_("Change what we may do"), page=reverse("removals:my-question", args=["yes"]))


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
    is_counted=is_counted,
    team=DESK_TEAM,
    who=mark("The removal desk"),
    talk=Talk(
        title=mark("You and the desk"),
        page="removals:my-messages",
        readers=mark("You and the people at the removal desk can read this. The helpline cannot."),
        open_thread=open_thread,
        is_hers=lambda file: Report.objects.filter(reference=file, is_for_another=False).exists(),
    ),
    why={
        "filed": mark("You handed your report in."),
        "notice": AGREED,
        "match": AGREED,
        "again": mark("You let it read this again."),
    },
    stop=Stop(
        button=mark("Stop the removal desk"),
        slug="stop",
        ends=(
            mark("All your requests end. We send nothing more, and look at nothing again."),
            mark("Stopped requests do not start again. You would have to tell us the places again."),
            mark("What a site has removed already mostly stays removed."),
            mark("Nobody can call back what we have sent to a site."),
            mark("The desk can open nothing of yours any more. It also cannot see copies that come back."),
            mark("If you see a copy, you can let the desk read this again, with one yes. Then add the link."),
            mark("You can still read everything here, with your code."),
            mark("What you write later gets a new key. An old copy of the key opens none of it."),
            mark("The desk keeps the notes on its own work until you erase everything."),
        ),
        act=stop,
        instead=mark("If you only want a break, take back your yes instead; then the requests wait."),
        offer=offer_break,
    ),
)
