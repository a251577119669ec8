"""What organisations tell us, checked before it is kept: applications, nominated persons, evidence, statements."""

import re
from dataclasses import dataclass, replace
from datetime import date

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.typed import FIRST_DAY, LAST_DAY
from leeward.industry.declarations.errors import DeclarationMistake
from leeward.industry.declarations.rules.terms import (
    LINE_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
    EvidenceKind,
    OrganisationKind,
)

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
    return replace(
        new,
        name=values.line("name", new.name, most=NAME_LENGTH),
        website=values.web_address("website", new.website, most=URL_LENGTH),
        nominee=check_nominee(new.nominee),
        message=values.text("message", new.message, most=TEXT_LENGTH),
    )


def check_nominee(new: Nominee) -> Nominee:
    """The nominated person as she is kept. Raises FieldRefused.

    The public contact belongs to the role: it must not be the mailbox to which links are sent.
    """
    email = values.mailbox("email", new.email)
    contact = values.line("contact", new.contact, most=LINE_LENGTH)
    if contact.casefold() == email.casefold():
        raise FieldRefused("contact", DeclarationMistake.CONTACT)
    return Nominee(
        title=values.line("title", new.title),
        contact=contact,
        name=values.line("name", new.name, most=NAME_LENGTH),
        email=email,
    )


def check_evidence(new: NewEvidence, *, codes: frozenset[str], today: date) -> NewEvidence:
    """The evidence as it is kept, for one of these commitments. Raises FieldRefused."""
    if new.code not in codes:
        raise FieldRefused("code", Mistake.GONE)
    if not FIRST_DAY <= new.dated_on <= today:
        raise FieldRefused("dated_on", Mistake.NOT_PAST)
    if new.expires_on is not None and not today <= new.expires_on <= LAST_DAY:
        raise FieldRefused("expires_on", DeclarationMistake.EXPIRES)
    if new.kind is EvidenceKind.LINK:
        checked = replace(new, url=values.web_address("url", new.url, most=URL_LENGTH), file_name="", sha256="")
    else:
        digest = new.sha256.strip().lower()
        if not SHA256.fullmatch(digest):
            raise FieldRefused("sha256", DeclarationMistake.SHA256)
        checked = replace(new, url="", file_name=values.line("file_name", new.file_name), sha256=digest)
    return replace(checked, words=values.line("words", new.words))


def check_statement(new: NewStatement) -> NewStatement:
    """The statement as it is kept. Raises FieldRefused."""
    return NewStatement(title=values.line("title", new.title), url=values.web_address("url", new.url, most=URL_LENGTH))
