"""What organisations tell us, checked before it is kept: applications, nominated persons, evidence, statements."""

import re
from dataclasses import dataclass, replace
from datetime import date

from leeward.foundation.typed import FIRST_DAY, LAST_DAY, is_printable, trim_line
from leeward.industry.declarations.errors import FieldRefused
from leeward.industry.declarations.rules.terms import (
    LINE_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
    EvidenceKind,
    OrganisationKind,
)
from leeward.industry.platforms.rules.channels import MAIL_LENGTH, is_mail_address, is_web_address

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """Whom an organisation names for the declaration. The title and the role's contact are public, the rest never."""

    title: str
    contact: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Application:
    """What an organisation says of itself when it wishes to sign."""

    name: str
    kind: OrganisationKind
    website: str
    nominee: Nominee
    message: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class NewEvidence:
    """Evidence for a commitment: an address, or the name and SHA-256 of a file that was shown."""

    code: str
    kind: EvidenceKind
    words: str
    dated_on: date
    url: str = ""
    file_name: str = ""
    sha256: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewStatement:
    """A published statement that names the declaration."""

    title: str
    url: str


def check_application(new: Application) -> Application:
    """The application as it is kept. Raises FieldRefused."""
    if len(new.message) > TEXT_LENGTH:
        raise FieldRefused("message", f"This has at most {TEXT_LENGTH} characters.")
    return replace(
        new,
        name=line("name", new.name, most=NAME_LENGTH),
        website=web_address("website", new.website),
        nominee=check_nominee(new.nominee),
        message=new.message.strip(),
    )


def check_nominee(new: Nominee) -> Nominee:
    """The nominated person as she is kept. Raises FieldRefused.

    The public contact belongs to the role: it must not be the mailbox to which links are sent.
    """
    email = new.email.strip()
    if not is_mail_address(email):
        raise FieldRefused("email", "This is no e-mail address, such as name@example.com.")
    contact = line("contact", new.contact, most=LINE_LENGTH)
    if contact.casefold() == email.casefold():
        raise FieldRefused("contact", "The public contact belongs to the role. It is not her own mailbox.")
    return Nominee(
        title=line("title", new.title, most=LINE_LENGTH),
        contact=contact,
        name=line("name", new.name, most=NAME_LENGTH),
        email=email[:MAIL_LENGTH],
    )


def check_evidence(new: NewEvidence, *, codes: frozenset[str], today: date) -> NewEvidence:
    """The evidence as it is kept, for one of these commitments. Raises FieldRefused."""
    if new.code not in codes:
        raise FieldRefused("code", "This commitment is not in the version that was signed.")
    if not FIRST_DAY <= new.dated_on <= today:
        raise FieldRefused("dated_on", "Evidence has a day that is over, or today.")
    if new.expires_on is not None and not today <= new.expires_on <= LAST_DAY:
        raise FieldRefused("expires_on", "This has ended already, or never does: leave it empty then.")
    if new.kind is EvidenceKind.LINK:
        checked = replace(new, url=web_address("url", new.url), file_name="", sha256="")
    else:
        digest = new.sha256.strip().lower()
        if not SHA256.fullmatch(digest):
            raise FieldRefused("sha256", "A SHA-256 has 64 hexadecimal digits.")
        checked = replace(new, url="", file_name=line("file_name", new.file_name, most=LINE_LENGTH), sha256=digest)
    return replace(checked, words=line("words", new.words, most=LINE_LENGTH))


def check_statement(new: NewStatement) -> NewStatement:
    """The statement as it is kept. Raises FieldRefused."""
    return NewStatement(title=line("title", new.title, most=LINE_LENGTH), url=web_address("url", new.url))


def line(field: str, text: str, *, most: int) -> str:
    """One printable line without outer spaces. Raises FieldRefused."""
    stripped = trim_line(text)
    if not stripped or len(stripped) > most or not is_printable(stripped):
        raise FieldRefused(field, f"This is one line of 1 to {most} printable characters.")
    return stripped


def web_address(field: str, text: str) -> str:
    """A whole web address as it stands. Raises FieldRefused."""
    stripped = text.strip()
    if len(stripped) > URL_LENGTH or not is_web_address(stripped, schemes=("https", "http")):
        raise FieldRefused(field, "This is no web address. It begins with https://.")
    return stripped
