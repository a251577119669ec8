"""What the desk saw by itself at the addresses of a person, for their locker: a witness who is not they."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.foundation.vault.errors import NotGranted
from leeward.victim.file.operations.files import read_story
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.portal.rules.witness import Witness
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.queries.observed import list_observed
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.rules.questions import is_receipt_only
from leeward.victim.removals.rules.reports import ReportState

NOT_ASKED = mark("You have not asked us to take anything down, so we have looked at no address.")
ERASED = mark("What you told the removal desk was deleted, and what we had seen with it.")
OF_ANOTHER = mark("You told us about somebody else, so you can read only that it arrived.")
NOT_YET = mark("We have not looked at any of your addresses yet.")
CLOSED = mark("Your report is closed, so we do not look any more. What we saw before is still here.")


def observed(bearer: Bearer, now: datetime) -> Witness:
    """Everything that was seen at the addresses of the report of a code, and what sites answered; or why not."""
    if REPORT not in bearer.holds:
        return Witness(note=NOT_ASKED)
    try:
        opened = open_hers(bearer=bearer, now=now)
    except (ReportUnknown, NotGranted):
        return Witness(note=ERASED)
    report = Report.objects.select_related("file").get(reference=opened.reference)
    if is_receipt_only(path=report.path, story=read_story(report.file, opened.file)):
        return Witness(note=OF_ANOTHER)
    places = list_observed(opened.file, report.pk)
    if not places:
        return Witness(note=NOT_YET)
    return Witness(places=places, note=CLOSED if report.state is ReportState.CLOSED else "")
