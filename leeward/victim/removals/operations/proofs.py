"""What the removal desk's record must say for each sentence about state on a person's pages."""

from collections.abc import Callable, Mapping

from leeward.foundation.days import write_day
from leeward.foundation.labels import mark
from leeward.foundation.vault.operations import reads
from leeward.foundation.work.doors import DESK, is_open
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.rules.proofs import NOTHING, Proof, Shown
from leeward.victim.removals.models import Notice, Report, Request
from leeward.victim.removals.queries.desk import DESK_TEAM
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.rules.decisions import REMOVING, Outcome
from leeward.victim.removals.rules.reports import ReportState
from leeward.victim.removals.rules.states import ENDED, RequestState

# Asked, and not answered for good yet.
OPEN = frozenset({RequestState.SENT, RequestState.ACKNOWLEDGED, RequestState.STILL_UP, RequestState.SENDING})


def _of_report(holds: Callable[[Report, Shown], bool]) -> Proof:
    """Ask the report of whoever's page it is; without one no sentence about it is so."""

    def is_so(shown: Shown) -> bool:
        report = Report.objects.filter(reference=shown.bearer.holds.get(REPORT, NOTHING)).first()
        return report is not None and holds(report, shown)

    return is_so


def _desk_reads(report: Report, shown: Shown) -> bool:
    return bool(reads(DESK_TEAM, report.reference, now=shown.now))


def _is_watched(report: Report) -> bool:
    return report.requests.exclude(watch="").exists() or hasattr(report, "picture_watch")


def _of_request(holds: Callable[[Request, Shown], bool]) -> Proof:
    """Whether the record says so of one request at least, and the desk can still open the report."""
    return _of_report(
        lambda report, shown: _desk_reads(report, shown) and any(holds(row, shown) for row in report.requests.all())
    )


def _wrote(report: Report, shown: Shown) -> bool:
    rows = report.thread.messages.filter(side=Side.TEAM, read_at=None) if report.thread else ()
    return shown.said["date"] in {write_day(row.at) for row in rows}


def _only_the_desk_reads(report: Report, shown: Shown) -> bool:
    if report.thread is None:
        return False
    thread = report.thread.reference
    return bool(reads(DESK_TEAM, thread, now=shown.now)) and not reads("helpline", thread, now=shown.now)


def _has_sent(shown: Shown) -> bool:
    return Notice.objects.filter(report__reference=shown.bearer.holds.get(REPORT, NOTHING)).exists()


def _has_ended(shown: Shown) -> bool:
    rows = Request.objects.filter(report__reference=shown.bearer.holds.get(REPORT, NOTHING))
    return rows.filter(state=RequestState.WITHDRAWN).exists()


PROOFS: Mapping[str, Proof] = {
    mark("Nobody at the removal desk can read this right now."): _of_report(lambda _report, _shown: not is_open(DESK)),
    mark("Nobody at the removal desk can read this right now. What we asked sites for stays asked for."): _of_report(
        lambda report, _shown: report.filed_at is not None and not is_open(DESK)
    ),
    mark("We have it on our list. Nobody can get the request ready right now."): _of_request(
        lambda row, _shown: row.state is RequestState.PREPARED and not is_open(DESK)
    ),
    mark("You have not handed it in yet. Nobody at the desk can see it."): _of_report(
        lambda report, shown: report.filed_at is None and not _desk_reads(report, shown)
    ),
    mark("Handed in on %(date)s."): _of_report(
        lambda report, shown: report.filed_at is not None and write_day(report.filed_at) == shown.said["date"]
    ),
    mark("You handed your report in."): _of_report(lambda report, _shown: report.filed_at is not None),
    mark("You said yes to our asking sites."): _has_sent,
    mark("You let it read this again."): _of_report(
        lambda report, shown: report.state is ReportState.OPEN and _desk_reads(report, shown)
    ),
    mark("It forgets them when you stop the removal desk."): _of_report(lambda report, _shown: _is_watched(report)),
    mark("You and the people at the removal desk can read this. The helpline cannot."): _of_report(
        _only_the_desk_reads
    ),
    mark("You stopped the removal desk. It has no key to this any more. You can still read it."): _of_report(
        lambda report, shown: report.stopped_at is not None and not _desk_reads(report, shown)
    ),
    mark(
        "Nobody looks whether it comes back. If you see a copy, let the desk read this again. Then add the link."
    ): _of_report(lambda report, _shown: report.stopped_at is not None and not _is_watched(report)),
    mark("The desk wrote to you on %(date)s."): _of_report(_wrote),
    mark("We have it on our list and get the request ready."): _of_request(
        lambda row, _shown: row.state is RequestState.PREPARED
    ),
    mark("We send the request. Due %(due)s."): _of_request(
        lambda row, shown: row.first_sent_at is None and row.own_due_at > shown.now
    ),
    mark("It should have been sent by now (%(due)s). We are late. It stands at the top of our list."): _of_request(
        lambda row, shown: row.first_sent_at is None and row.own_due_at <= shown.now
    ),
    mark("You have nothing to do until %(due)s."): _of_report(_desk_reads),
    mark("You have nothing to do now."): _of_report(_desk_reads),
    mark("%(count)d not sent yet"): _of_request(lambda row, _shown: row.first_sent_at is None),
    mark("%(count)d asked"): _of_request(lambda row, _shown: row.first_sent_at is not None and row.state in OPEN),
    mark("%(count)d late"): _of_request(
        lambda row, shown: row.first_sent_at is not None or row.own_due_at <= shown.now
    ),
    mark("%(count)d gone, the site says"): _of_request(lambda row, _shown: row.last_outcome in REMOVING),
    mark("We have asked %(platform)s to take it down."): _of_request(
        lambda row, _shown: row.state is RequestState.SENT
    ),
    mark(
        "No law sets %(platform)s a time. We look every day, and go to the next place if it does nothing."
    ): _of_request(lambda row, _shown: row.state in OPEN),
    mark("%(platform)s says that it has removed it everywhere on its site."): _of_report(
        lambda report, _shown: any(row.last_outcome is Outcome.REMOVED for row in report.requests.all())
    ),
    mark("We look whether it is really gone, and show it here."): _of_request(
        lambda row, _shown: row.state is RequestState.DECIDED and row.last_outcome in REMOVING
    ),
    mark("We wrote a request to take it down."): _has_sent,
    mark("The request has reached %(platform)s."): _of_report(
        lambda report, _shown: report.requests.filter(first_sent_at__isnull=False).exists()
    ),
    mark("Nobody can call back what we have sent to a site."): _has_sent,
    mark("You ended this one."): _has_ended,
    mark("You ended this one. We do nothing more about it."): _has_ended,
    (
        "Places that we still ask sites about: %(count)s. These requests end. We send nothing more, and look at "
        "nothing again."
    ): _of_report(lambda report, shown: report.requests.exclude(state__in=ENDED).count() == int(shown.said["count"])),
}
