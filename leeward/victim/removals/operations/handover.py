"""Takes a report from another hotline: kept under a new code, filed with the desk, as one."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.foundation.vault.operations import (
    harden_code,
    keep_code,
    keep_holding,
    make_victim_key,
    missing_services,
    new_code,
    write_private_key,
)
from leeward.foundation.vault.rules.codes import Code
from leeward.industry.platforms.errors import AddressRefused
from leeward.industry.platforms.rules import clean_url
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.removals.errors import ReportRefused
from leeward.victim.removals.operations.reports import (
    add_items,
    begin_report,
    file_report,
    save_consents,
    save_contact,
    save_story,
)
from leeward.victim.removals.rules.handovers import Handover
from leeward.victim.removals.rules.reports import REPORT_LIFETIME, Consents, Item, Path, Source

HOLDING_REPORT = "report"
THREATS = frozenset({Harm.THREATENED, Harm.SEXTORTION})


@dataclass(frozen=True, kw_only=True)
class FiledHandover:
    """The new report, and the code that opens it: shown once, to be read out to the person."""

    report: uuid.UUID
    code: Code = field(repr=False)


def file_handover(*, handover: Handover, by: Actor, now: datetime) -> FiledHandover:
    """File what another hotline hands over.

    Raises ReportRefused, naming the address that is none, ServiceUnknown, and DoorClosed.
    """
    items = [_item(url, place=number) for number, url in enumerate(handover.urls)]
    for service in missing_services():  # without the monitor's keys nobody would look whether things are gone
        raise ServiceUnknown(service.value)
    hardened = harden_code(code=new_code())  # slow, so before the transaction
    key, reference = make_victim_key(), uuid.uuid4()
    path = Path.THREAT if handover.harm in THREATS else Path.ONLINE
    with transaction.atomic():
        keep_code(sealed=hardened, payload=write_private_key(key), now=now)
        keep_holding(
            key=key,
            content={HOLDING_REPORT: str(reference)},
            expires_on=(now + REPORT_LIFETIME).date(),
            now=now,
        )
        opened = begin_report(
            reference=reference,
            key=key,
            path=path,
            source=Source.HANDOVER,
            language=handover.language,
            by=by,
            now=now,
        )
        story = Story(harm=handover.harm, words=handover.story)
        save_story(opened=opened, story=story, by=by, now=now)
        save_contact(opened=opened, contact=Contact(**handover.contact.model_dump()), by=by, now=now)
        save_consents(opened=opened, consents=Consents(notices=handover.consent), by=by, now=now)
        add_items(opened=opened, items=items, by=by, now=now)
        file_report(opened=opened, by=by, now=now)
    return FiledHandover(report=reference, code=hardened.code)


def _item(url: str, *, place: int) -> Item:
    try:
        return Item(url=clean_url(url).url)
    except AddressRefused as error:
        raise ReportRefused(f"urls[{place}]", str(error)) from error
