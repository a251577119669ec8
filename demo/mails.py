"""Reads the mails that the demonstration's postbox took, for its page."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

SHOWN_MOST = 200
NAME = re.compile(r"[0-9A-Za-z-]{1,60}")
# An address as a mail's text writes it; what ends a sentence does not belong to it.
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail. `pieces` is its text cut at its addresses: a text, an address, a text, …"""

    name: str
    to: str
    subject: str
    at: datetime
    pieces: tuple[str, ...] = ()


def list_mails(folder: Path) -> list[Mail]:
    """The latest mails, the newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:SHOWN_MOST]]


def find_mail(folder: Path, name: str) -> Mail | None:
    """One mail by its name; None where there is none."""
    file = folder / f"{name}.eml"
    return _read(file, whole=True) if NAME.fullmatch(name) and file.is_file() else None


def _read(file: Path, *, whole: bool = False) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(preferencelist=("plain",)) if whole else None
    text = body.get_content() if body else ""
    sent = str(message["Date"] or "")
    return Mail(
        name=file.stem,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=parsedate_to_datetime(sent) if sent else datetime.fromtimestamp(file.stat().st_mtime, UTC),
        pieces=tuple(_cut(text)),
    )


def _cut(text: str) -> list[str]:
    pieces, end = [], 0
    for found in LINK.finditer(text):
        pieces += [text[end : found.start()], found[0]]
        end = found.end()
    return [*pieces, text[end:]]
