"""Puts the made-up nation's directory into the database, once."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from demo.directory.making import line_ids, make_directory
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.operations.bulk import add_entries
from leeward.society.directory.operations.founding import found_directory
from leeward.society.directory.operations.places import save_holidays, save_places
from leeward.society.directory.operations.proposing import propose_change, report_mistake
from leeward.society.directory.queries.showing import preview_service
from leeward.society.directory.rules.freshness import MistakeKind
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.proposals import OwnerChange
from leeward.society.directory.rules.records import ServiceRecord, ServiceStatus

SERVICES, SEED = 400, 5


def found_support(*, by: Actor, now: datetime) -> bool:
    """Found the words, places, holidays and services that are not there yet; whether there were any to add.

    A directory that has the nation's own lines is left as its editors made it.
    """
    found_directory(by=by, now=now)
    if _is_founded(now=now):
        return False
    made = make_directory(services=SERVICES, seed=SEED, today=local_day(now))
    save_places(made.places, by=by, now=now)
    save_holidays(made.holidays, by=by, now=now)
    add_entries(
        organizations=made.organizations,
        locations=made.locations,
        services=made.services,
        source=Source.SYSTEM,
        by=by,
        now=now,
    )
    _let_people_write(made.services, now=now)
    return True


def _let_people_write(services: Sequence[ServiceRecord], *, now: datetime) -> None:
    """Two strangers saw a mistake and an owner wishes a change, so that an editor has something to decide."""
    seen = [each for each in services if each.status is ServiceStatus.ACTIVE and not each.is_internal and each.phones]
    nobody_answered, moved, changed = seen[20], seen[45], seen[70]
    report_mistake(
        service_id=nobody_answered.id,
        kind=MistakeKind.PHONE,
        words="I rang three times this week. A voice says that the number does not exist.",
        now=now,
    )
    report_mistake(service_id=moved.id, kind=MistakeKind.HOURS, words="They close at four on Fridays.", now=now)
    propose_change(
        service_id=changed.id,
        change=OwnerChange(alert="From the first of the month there is somebody on Saturdays too."),
        words="We have two new colleagues.",
        now=now,
    )


def _is_founded(*, now: datetime) -> bool:
    """Whether the last of the nation's lines is there; all services are added at once, so then all are."""
    try:
        preview_service(line_ids()[-1], language=settings.LANGUAGE_CODE, now=now)
    except EntryUnknown:
        return False
    return True
