"""Writes to abuse desks: one machine-readable report (XARF 4) for each address, and the same for people, as one mail.

XARF has no type for the abuse of an adult's intimate pictures. The closest that it knows is exposed personal data,
leaked on purpose; a tag says what it really is. A report holds text and hashes, and never a picture.
The package that knows XARF is read where one is made: it takes an eighth of the time in which a command starts.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from leeward.foundation.outbox.rules.parcels import Attachment
from leeward.victim.removals.rules.notices.cleaning import clean_line, clean_lines
from leeward.victim.removals.rules.notices.errors import AbuseReportRefused
from leeward.victim.removals.rules.notices.facts import NoticeFacts, NoticeItem, Surface, Synthetic

CATEGORY, TYPE = "content", "exposed_data"
TAG = "iia:non-consensual-intimate-image"
SYNTHETIC_TAG = "iia:synthetic"
LONGEST_DESCRIPTION = 1_000
LONGEST_ORGANISATION = 200
MOST_ATTACHED = 50
# The names that the schema takes as a domain: no address in numbers, and no name that was not ASCII at first.
DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")
ACCESSIBILITY = {Surface.PUBLIC: "public", Surface.PRIVATE: "requires_authentication"}


def make_xarf(facts: NoticeFacts, item: NoticeItem, *, incident_at: datetime) -> str:
    """One item as a XARF report in JSON. `incident_at` is when it was seen there.

    Raises AbuseReportRefused, which names every field that the schema refuses.
    """
    if incident_at.utcoffset() is None:
        raise AbuseReportRefused([("timestamp", "this time has no zone")])
    import xarf  # noqa: PLC0415

    host = _host(item.url)
    contact = _contact(facts)
    made = xarf.create_report(
        category=CATEGORY,
        type=TYPE,
        source_identifier=host,
        reporter=contact,
        sender=contact,
        url=_uri(item.url, host),
        data_types=["personal_information"],
        exposure_method="intentional_leak",
        tags=[TAG, SYNTHETIC_TAG] if item.synthetic is Synthetic.YES else [TAG],
        description=_description(facts, item),
        evidence_source="user_report",
        verification_method="user_report",
        discovery_source="user_report",
        evidence=[xarf.create_evidence(kind, text, description=what) for kind, text, what in _evidence(item)],
    )
    if made.errors or made.report is None:
        raise AbuseReportRefused([(each.field, each.message) for each in made.errors])
    report = made.report.model_dump(mode="json", by_alias=True, exclude_none=True)
    report |= _details(item, host=host)
    # The package stamps the time of making; the format means the time of the incident. What is internal never leaves.
    report |= {"timestamp": _stamp(incident_at), "report_id": str(_number(facts, item))}
    report.pop("_internal", None)
    return _checked(json.dumps(report, ensure_ascii=False, indent=2))


def attach_reports(facts: NoticeFacts, *, incident_at: datetime) -> tuple[Attachment, ...]:
    """One report for each item that has an address.

    An item that says when it was first seen keeps its own time. Raises AbuseReportRefused.
    """
    placed = [item for item in facts.items if item.url]
    if not placed or len(placed) > MOST_ATTACHED:
        raise AbuseReportRefused([("url", f"an abuse mail needs 1 to {MOST_ATTACHED} items with an address")])
    reports = [make_xarf(facts, item, incident_at=item.first_seen_at or incident_at) for item in placed]
    return tuple(
        Attachment(name=f"xarf-{number}.json", type="application/json", data=report.encode())
        for number, report in enumerate(reports, start=1)
    )


def _checked(report: str) -> str:
    import xarf  # noqa: PLC0415

    read = xarf.parse(report)
    # A field that the schema does not know is only a warning to the package; here it would be a mistake of ours.
    problems = [(each.field, each.message) for each in read.errors]
    problems += [(each.field, each.message) for each in read.warnings]
    if problems or read.report is None:
        raise AbuseReportRefused(problems)
    return report


def _host(url: str) -> str:
    """The host's name as the network knows it. Raises AbuseReportRefused."""
    try:
        host = urlsplit(url).hostname or ""
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise AbuseReportRefused([("url", "has no host that can be named")]) from error
    if not name:
        raise AbuseReportRefused([("url", "is missing: an abuse report is about an address")])
    return name


def _uri(url: str, host: str) -> str:
    """The address in plain ASCII, as the schema wants it, leading to the same place."""
    parts = urlsplit(url)
    place = (f"[{host}]" if ":" in host else host) + (f":{parts.port}" if parts.port else "")
    return quote(parts._replace(netloc=place).geturl(), safe="/:?#[]@!$&'()*+,;=~%")


def _contact(facts: NoticeFacts) -> dict[str, str]:
    """The desk, as who reports and who sends: never a private person."""
    relay = clean_line(facts.who.relay)
    agency = clean_line(facts.who.agency)
    if not agency or "@" not in relay or " " in relay:
        raise AbuseReportRefused([("reporter", "needs the desk's name and its e-mail address")])
    return {"org": agency[:LONGEST_ORGANISATION], "contact": relay, "domain": relay.rpartition("@")[2]}


def _description(facts: NoticeFacts, item: NoticeItem) -> str:
    said = " ".join(clean_lines(item.description))
    about = "Intimate image abuse: shared without the consent of the person depicted."
    return f"{about} {clean_line(facts.reference)}. {said}".strip()[:LONGEST_DESCRIPTION]


def _details(item: NoticeItem, *, host: str) -> dict[str, str]:
    details = {}
    if DOMAIN.fullmatch(host):
        details["domain"] = host
    if item.surface in ACCESSIBILITY:
        details["accessibility"] = ACCESSIBILITY[item.surface]
    return details


def _evidence(item: NoticeItem) -> Iterator[tuple[str, str, str]]:
    """The type, text and description of each piece."""
    if item.hashes:
        hashes = [{"type": each.hash_type, "value": each.value} for each in item.hashes]
        yield "application/json", json.dumps(hashes), "Hashes of what is shown"
    lines: Sequence[str] = [f"URL: {item.url}", *(f"Copy: {copy}" for copy in item.known_copies)]
    yield "text/plain", "\n".join(lines), "Where it stands"


def _number(facts: NoticeFacts, item: NoticeItem) -> uuid.UUID:
    """The report's own number: the same whenever it is made again, so that whoever gets it twice counts it once."""
    digest = hashlib.sha256(f"{clean_line(facts.reference)}\n{item.url}".encode()).digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
