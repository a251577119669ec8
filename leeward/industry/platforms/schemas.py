"""Reads a file of platforms with their domains, channels and profiles, and names everything in it that cannot be."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from leeward.foundation.editing.errors import FieldRefused
from leeward.industry.platforms.errors import (
    DirectoryRefused,
    DomainRefused,
    PlatformNameRefused,
)
from leeward.industry.platforms.rules import (
    ChannelKind,
    NewChannel,
    NewDomain,
    Profile,
    Rung,
    check_channel,
    check_domain,
    check_name,
    check_profile,
)
from leeward.industry.platforms.rules.channels import CHANNELS_MOST, DOMAINS_MOST
from leeward.industry.platforms.rules.directory import PlatformEntry

FILE_BYTES = 4 * 1024 * 1024
ENTRIES_MOST = 5_000
FLAWS_SHOWN = 20
ENTRY_KEYS = ("name", "domains", "channels", "language", "jurisdiction", "policy", "lead", "reporting")
CHANNEL_KEYS = ("kind", "rung", "address", "language", "position", "checked_on", "source")
PARTS: Mapping[str, tuple[str, ...]] = {
    "policy": ("url", "clause", "checked_on"),
    "lead": ("name", "contact", "checked_on"),
    "reporting": ("url", "checked_on"),
}
SITE_KEYS = ("host", "path_prefix")


class _Flaw(Exception):
    """One value that cannot be, and where it stands."""

    def __init__(self, *, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


def read_directory(file: Path) -> tuple[PlatformEntry, ...]:
    """The platforms in `file`. Raises DirectoryRefused, which names every place in it that is wrong."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise DirectoryRefused(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > FILE_BYTES:
        raise DirectoryRefused(f"{file} is larger than {FILE_BYTES} bytes. Split it.")
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DirectoryRefused(f"{file} is not JSON: {error}.") from error
    return read_entries(content)


def read_entries(content: object) -> tuple[PlatformEntry, ...]:
    """The platforms in a parsed file. Raises DirectoryRefused."""
    listed = content.get("platforms") if isinstance(content, dict) and set(content) == {"platforms"} else None
    if not isinstance(listed, list) or len(listed) > ENTRIES_MOST:
        raise DirectoryRefused(f'The file is one object {{"platforms": [...]}} with at most {ENTRIES_MOST} platforms.')
    entries: list[PlatformEntry] = []
    flaws: list[str] = []
    for number, item in enumerate(listed, start=1):
        try:
            entries.append(_read_entry(item))
        except _Flaw as flaw:
            name = item.get("name") if isinstance(item, dict) else None
            flaws.append(f"platform {number}{f' ({name})' if isinstance(name, str) else ''}: {flaw}")
    flaws += _repeated(entries)
    if flaws:
        more = len(flaws) - FLAWS_SHOWN
        raise DirectoryRefused("\n".join(flaws[:FLAWS_SHOWN] + ([f"and {more} more"] if more > 0 else [])))
    return tuple(entries)


def _repeated(entries: list[PlatformEntry]) -> list[str]:
    flaws = []
    names: set[str] = set()
    owners: dict[NewDomain, str] = {}
    for entry in entries:
        if entry.name in names:
            flaws.append(f"{entry.name}: stands in the file twice.")
        names.add(entry.name)
        flaws += [
            f"{entry.name}: {domain.host}{domain.path_prefix} belongs to {owners[domain]} in this file."
            for domain in entry.domains
            if owners.setdefault(domain, entry.name) != entry.name
        ]
    return flaws


def _read_entry(item: object) -> PlatformEntry:
    fields = _object(item, ENTRY_KEYS, where="entry")
    name = _kept(lambda: check_name(_text(fields, "name", where="name")), where="name")
    domains = tuple(_read_domain(value, number) for number, value in _list(fields, "domains", most=DOMAINS_MOST))
    channels = tuple(_read_channel(value, number) for number, value in _list(fields, "channels", most=CHANNELS_MOST))
    if len(set(domains)) < len(domains):
        raise _Flaw(where="domains", what="The same domain stands here twice.")
    if len({(channel.rung, channel.kind, channel.address, channel.language) for channel in channels}) < len(channels):
        raise _Flaw(where="channels", what="The same channel stands here twice.")
    parts = {part: _object(fields.get(part, {}), keys, where=part) for part, keys in PARTS.items()}
    profile = Profile(
        language=_text(fields, "language", where="language"),
        jurisdiction=_text(fields, "jurisdiction", where="jurisdiction"),
        policy_url=_text(parts["policy"], "url", where="policy.url"),
        policy_clause=_text(parts["policy"], "clause", where="policy.clause"),
        policy_checked_on=_day(parts["policy"], where="policy.checked_on"),
        lead_name=_text(parts["lead"], "name", where="lead.name"),
        lead_contact=_text(parts["lead"], "contact", where="lead.contact"),
        lead_checked_on=_day(parts["lead"], where="lead.checked_on"),
        reporting_url=_text(parts["reporting"], "url", where="reporting.url"),
        reporting_checked_on=_day(parts["reporting"], where="reporting.checked_on"),
    )
    return PlatformEntry(
        name=name,
        domains=domains,
        channels=channels,
        profile=_kept(lambda: check_profile(profile), where="profile"),
    )


def _read_domain(value: object, number: int) -> NewDomain:
    where = f"domains[{number}]"
    if isinstance(value, str):
        value = {"host": value}
    fields = _object(value, SITE_KEYS, where=where)
    new = NewDomain(
        host=_text(fields, "host", where=f"{where}.host"),
        path_prefix=_text(fields, "path_prefix", where=f"{where}.path_prefix"),
    )
    return _kept(lambda: check_domain(new), where=where)


def _read_channel(value: object, number: int) -> NewChannel:
    where = f"channels[{number}]"
    fields = _object(value, CHANNEL_KEYS, where=where)
    position = fields.get("position", 0)
    if not isinstance(position, int) or isinstance(position, bool):
        raise _Flaw(where=f"{where}.position", what="This is a whole number.")
    new = NewChannel(
        kind=ChannelKind(_choice(fields, "kind", list(ChannelKind), default="", where=where)),
        rung=Rung(_choice(fields, "rung", list(Rung), default=Rung.PLATFORM, where=where)),
        address=_text(fields, "address", where=f"{where}.address"),
        language=_text(fields, "language", where=f"{where}.language"),
        position=position,
        checked_on=_day(fields, where=f"{where}.checked_on"),
        source=_text(fields, "source", where=f"{where}.source"),
    )
    return _kept(lambda: check_channel(new), where=where)


def _object(value: object, keys: tuple[str, ...], *, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _Flaw(where=where, what="This is an object.")
    strange = sorted(set(value) - set(keys))
    if strange:
        raise _Flaw(where=where, what=f"There is no key {strange[0]!r} here, only {', '.join(keys)}.")
    return value


def _list(fields: dict[str, object], key: str, *, most: int) -> list[tuple[int, object]]:
    value = fields.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        raise _Flaw(where=key, what=f"This is a list of at most {most}.")
    return list(enumerate(value, start=1))


def _text(fields: dict[str, object], key: str, *, where: str) -> str:
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise _Flaw(where=where, what="This is a text.")
    return value.strip()


def _day(fields: dict[str, object], *, where: str) -> date | None:
    text = _text(fields, "checked_on", where=where)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _Flaw(where=where, what="This is a day such as 2026-11-24.") from error


def _choice(fields: dict[str, object], key: str, choices: list[str], *, default: str, where: str) -> str:
    value = fields.get(key, default)
    if value not in choices:
        raise _Flaw(where=f"{where}.{key}", what=f"This is one of {', '.join(map(str, choices))}.")
    return str(value)


def _kept[T](check: Callable[[], T], *, where: str) -> T:
    try:
        return check()
    except FieldRefused as error:
        raise _Flaw(
            where=f"{where}.{error.field}" if where != "profile" else error.field, what=error.message
        ) from error
    except (DomainRefused, PlatformNameRefused) as error:
        raise _Flaw(where=where, what=str(error)) from error
