"""What a look at an entry's numbers and web addresses means: one word for what is worst, decided without a network."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from leeward.society.directory.rules.freshness import ProbeTrouble
from leeward.society.directory.rules.limits import NAME_LENGTH
from leeward.society.directory.rules.phones import phone_trouble
from leeward.society.directory.rules.records import ServiceRecord

# The worst first: what is certainly wrong, then what may be, then what only wants a look.
WORST_FIRST = (
    ProbeTrouble.PHONE_FORMAT,
    ProbeTrouble.NOT_FOUND,
    ProbeTrouble.INSECURE,
    ProbeTrouble.NO_ANSWER,
    ProbeTrouble.SERVER_ERROR,
    ProbeTrouble.REFUSED,
    ProbeTrouble.MOVED,
)
ADDRESSES_MOST = 10


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was found: the trouble, and the number or address that it is about."""

    trouble: ProbeTrouble
    about: str


def phone_findings(record: ServiceRecord, *, region: str) -> tuple[Finding, ...]:
    """The entry's numbers that cannot be right."""
    numbers = (phone.number for phone in record.phones)
    return tuple(
        Finding(trouble=ProbeTrouble.PHONE_FORMAT, about=number)
        for number in numbers
        if phone_trouble(number, region=region)
    )


def web_addresses(record: ServiceRecord) -> tuple[str, ...]:
    """The entry's web addresses, each once, the first ten."""
    urls = (record.url, *(link.url for link in record.additional_urls))
    return tuple(dict.fromkeys(url for url in urls if url))[:ADDRESSES_MOST]


def answer_trouble(*, asked: str, final: str, status: int) -> ProbeTrouble:
    """What an answer says about the address that was asked."""
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return ProbeTrouble.NOT_FOUND
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProbeTrouble.SERVER_ERROR
    if status >= HTTPStatus.BAD_REQUEST:  # many sites shut out programs: a person sees more
        return ProbeTrouble.REFUSED
    return ProbeTrouble.MOVED if has_moved(asked, final) else ProbeTrouble.NONE


def has_moved(asked: str, final: str) -> bool:
    """Whether an address leads on to another site; its own subdomains are not another."""
    first, last = (f".{(urlsplit(url).hostname or '').removeprefix('www.')}" for url in (asked, final))
    return not first.endswith(last) and not last.endswith(first)


def worst_of(findings: Iterable[Finding]) -> Finding:
    """The finding that an editor is told of; NONE where all is well."""
    found = sorted(
        (finding for finding in findings if finding.trouble is not ProbeTrouble.NONE),
        key=lambda finding: WORST_FIRST.index(finding.trouble),
    )
    return Finding(trouble=found[0].trouble, about=found[0].about[:NAME_LENGTH]) if found else NOTHING


NOTHING = Finding(trouble=ProbeTrouble.NONE, about="")
