"""Checks what a stranger may have written into a mail's headers: addresses, one-line values, names of files."""

import re

from leeward.foundation.outbox.errors import AddressRefused, ContentRefused

ADDRESS_LENGTH = 254
LOCAL_LENGTH = 64
HEADER_LENGTH = 250
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
FILE_NAME = re.compile(r"[^\x00-\x1f\x7f/\\\"]{1,100}")
# A part that has parts of its own is not a file.
MEDIA_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")


def check_address(address: str) -> str:
    """The address as servers write it: one plain address with its domain in ASCII. Raises AddressRefused."""
    local, at, domain = address.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressRefused from error
    if not at or len(local) > LOCAL_LENGTH or len(local) + len(host) >= ADDRESS_LENGTH:
        raise AddressRefused
    if not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(host):
        raise AddressRefused
    return f"{local}@{host}"


def check_header(value: str) -> None:
    """Raise ContentRefused where the value could begin another header, or is too long for one."""
    if CONTROL.search(value) or len(value) > HEADER_LENGTH:
        raise ContentRefused(f"A mail's headers are one line each, of at most {HEADER_LENGTH} characters.")


def check_text(text: str) -> None:
    """Raise ContentRefused for half a character: it cannot be sent in any encoding."""
    if not text.isascii() and SURROGATE.search(text):
        raise ContentRefused("The text holds half a character, which cannot be sent. Type it again.")


def check_attachment(name: str, media: str) -> None:
    """Raise ContentRefused where a file's name or type could be more than that."""
    if not FILE_NAME.fullmatch(name) or CONTROL.search(name) or not MEDIA_TYPE.fullmatch(media):
        raise ContentRefused("An attachment needs a plain file name and a media type such as application/pdf.")
