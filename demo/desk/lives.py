"""The made-up desk's months: the lives of all reports, and how it stands with the desk at their end."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction

from demo.desk.crew import Crew
from demo.desk.life import Life
from demo.desk.telling import Telling
from demo.history import SEED
from leeward.foundation.audit.rules import Actor
from leeward.foundation.work.desks import leave_shift_note
from leeward.victim.removals.models import Report, Review
from leeward.victim.removals.operations import desk, reports
from leeward.victim.removals.rules.reports import Consents
from leeward.victim.removals.rules.states import RequestState

HOUR = timedelta(hours=1)
PERSON = Actor.person()
COUNTED = 0.96  # of all reports
ERASE_WHY = "The person has asked us on the phone to forget it all."
SHIFT_NOTE = (
    "Quiet night. Old Harbour does not answer again, and its overdue requests go to the regulator on Monday. "
    "A family rang twice for somebody in danger: see the red reports first."
)


class Lives:
    """The lives of reports that were told until `now`, each by itself and whole, the newest first."""

    def __init__(self, crew: Crew, told: Iterable[Telling], *, now: datetime) -> None:
        self._crew, self._now = crew, now
        self._told = sorted(
            ((uuid5(NAMESPACE_OID, f"lived/{number}"), each) for number, each in enumerate(told)),
            key=lambda pair: pair[1].at,
            reverse=True,
        )

    def live(self, *, pause_seconds: float = 0) -> None:
        """Let everything happen that has not happened yet. It can be stopped at any moment, and begun again.

        `pause_seconds`: how long it leaves the database to others after each report.
        """
        there = set(Report.objects.values_list("reference", flat=True))
        for reference, told in self._told:
            if reference not in there:
                with transaction.atomic():
                    Life(reference, told, crew=self._crew, now=self._now).live()
                time.sleep(pause_seconds)
        with transaction.atomic():
            self._change_shifts()

    def be_counted(self, then: Callable[[], None]) -> None:
        """Almost all people say that they may be counted, all at once, and `then` counts: never a part of them."""
        chance = random.Random(SEED + 3)  # noqa: S311  # made up, no secret
        agreeing = {reference: told.at for reference, told in self._told if chance.random() < COUNTED}
        waiting = Report.objects.filter(reference__in=agreeing, statistics_agreed_at=None)
        opened = [self._open(each.reference) for each in waiting.only("reference")]
        with transaction.atomic():
            for each in opened:
                report = Report.objects.filter(reference=each.reference).first()
                if report is None:  # erased meanwhile
                    continue
                agreed = Consents(
                    notices=report.notices_agreed_at is not None,
                    watching=report.watching_agreed_at is not None,
                    statistics=True,
                )
                reports.save_consents(opened=each, consents=agreed, by=PERSON, now=agreeing[each.reference])
                if report.attention_at is None:
                    desk.mark_looked(reference=each.reference, by=self._crew.practitioner, now=self._now)
            then()

    def _change_shifts(self) -> None:
        """Who works now has something in hand, and a note from who worked before."""
        once = uuid5(NAMESPACE_OID, "lived/shift")
        before = self._now - 5 * HOUR
        leave_shift_note(team=reports.DESK, words=SHIFT_NOTE, by=self._crew.supervisor, now=before, reference=once)
        lived = Report.objects.filter(reference__in=dict(self._told), claimed_by="")
        lacking = lived.filter(requests__state=RequestState.INCOMPLETE).order_by("-filed_at").first()
        if lacking is not None:
            desk.claim_report(reference=lacking.reference, by=self._crew.practitioner, now=self._now)
        oldest = lived.order_by("filed_at").first()
        if oldest is not None:
            opened, by = self._open(oldest.reference), self._crew.practitioner
            desk.ask_review(opened=opened, kind=Review.Kind.ERASE, reason=ERASE_WHY, by=by, now=self._now - 2 * HOUR)

    def _open(self, reference: UUID) -> reports.OpenReport:
        by, keyring = self._crew.practitioner, self._crew.keyring
        return reports.open_report(reference=reference, keyring=keyring, by=by, now=self._now)
