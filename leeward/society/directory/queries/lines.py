"""The services that lines of the nation's file name, and where the file and the directory say different things."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.web.lines import linked_lines
from leeward.foundation.web.nation import Service as NationLine
from leeward.foundation.web.nation import dial_of
from leeward.society.directory.models import Service
from leeward.society.directory.models.entries import ServiceQuerySet
from leeward.society.directory.rules.records import Phone, PhoneType, ServiceStatus

LOOKED_AT_MOST = 100


class LineTrouble(Labelled):
    """Why a line of the nation's file is not what the directory says."""

    UNNAMED = (
        "unnamed",
        mark("The directory has another name or number for it. Ask whoever runs this site to link the two."),
    )
    SILENT = (
        "silent",
        mark("Its entry is not offered, or has no number to ring: the number of the nation’s file is shown."),
    )


@dataclass(frozen=True, kw_only=True)
class Troubled:
    """A line of the nation's file to look at. `service` is its entry, None where there is none to read."""

    line: NationLine
    trouble: LineTrouble
    service: UUID | None


def offered_lines(ids: Collection[UUID]) -> ServiceQuerySet:
    """The services of these ids that are published and at work."""
    return Service.objects.published().filter(public_id__in=ids, status=ServiceStatus.ACTIVE.value)


def stamp_of_lines(ids: Collection[UUID]) -> str:
    """What tells two states of these services apart: another text after every change of one."""
    return repr(list(offered_lines(ids).order_by("pk").values_list("pk", "modified_at", "name", "parts")))


def number_of(phones: Collection[Phone]) -> str:
    """The first number that can be rung as it is; "" where there is none."""
    return next((each.number for each in phones if each.type is PhoneType.VOICE and each.extension is None), "")


def troubled_lines() -> Iterator[Troubled]:
    """Lines that name a service which cannot stand for them, and such that name none though the directory differs."""
    linked = linked_lines()
    speaking = {row.public_id for row in offered_lines(linked).whole() if number_of(row.as_record().phones)}
    there = set(Service.objects.filter(public_id__in=linked).values_list("public_id", flat=True))
    for reference, line in linked.items():
        if reference not in speaking:
            yield Troubled(line=line, trouble=LineTrouble.SILENT, service=reference if reference in there else None)
    alone = [line for line in (*settings.LEEWARD_LINES.values(), *settings.LEEWARD_SERVICES) if not line.service]
    names = {name for line in alone for name in line.name.by_language.values()}
    rows = Service.objects.published().filter(Q(name__in=names) | Q(is_crisis_line=True)).whole()[:LOOKED_AT_MOST]
    entries = [(row, dial_of(number_of(row.as_record().phones))) for row in rows]
    for line in alone:
        for row, dial in entries:
            if (row.name in line.name.by_language.values()) != (dial == line.dial):
                yield Troubled(line=line, trouble=LineTrouble.UNNAMED, service=row.public_id)
