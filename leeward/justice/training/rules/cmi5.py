"""A course structure of cmi5, and the package that holds it: read, or refused with its reason.

https://github.com/AICC/CMI-5_Spec_Current, sections 13 and 14. It is read in a process of its own, since both may be
made to lead a reader astray.
"""

import io
import re
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
SCHEMA = Path(__file__).resolve().parents[1] / "data" / "cmi5" / "CourseStructure.xsd"
STRUCTURE = "cmi5.xml"
MEGABYTE = 1024 * 1024
XML_MOST, ZIP_MOST, UNPACKED_MOST, ENTRIES_MOST = 4 * MEGABYTE, 200 * MEGABYTE, 1024 * MEGABYTE, 5_000
UNITS_MOST, DEPTH_MOST, WORDS_MOST, FAULTS_MOST = 2_000, 10, 300, 20
RESERVED = frozenset({"endpoint", "fetch", "actor", "registration", "activityid"})
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")


class MoveOn(StrEnum):
    """When a unit is done."""

    NOT_APPLICABLE = "NotApplicable"
    PASSED = "Passed"
    COMPLETED = "Completed"
    COMPLETED_AND_PASSED = "CompletedAndPassed"
    COMPLETED_OR_PASSED = "CompletedOrPassed"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One assignable unit. `mastery`: the least score, as the file has it; "" for none."""

    id: str
    title: str
    move_on: MoveOn
    mastery: str


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A course: done when all of its units are."""

    id: str
    titles: Mapping[str, str]
    units: tuple[Unit, ...]


class StructureRefused(ValueError):
    """It is no package that could be shelved; `problems` names what is wrong, each with its place."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def is_done(move_on: MoveOn, *, passed: bool, completed: bool) -> bool:
    """Whether a unit is done (section 13.1.4)."""
    return {
        MoveOn.NOT_APPLICABLE: True,
        MoveOn.PASSED: passed,
        MoveOn.COMPLETED: completed,
        MoveOn.COMPLETED_AND_PASSED: passed and completed,
        MoveOn.COMPLETED_OR_PASSED: passed or completed,
    }[move_on]


def needs_word(move_on: MoveOn) -> bool:
    """Whether a unit is not done by itself."""
    return move_on is not MoveOn.NOT_APPLICABLE


def done_on(move_on: MoveOn, told: Sequence[tuple[date, bool, bool]]) -> date | None:
    """Return the first day on which a unit is done; None where it is not.

    `told`: a day, and whether somebody passed or completed it then.
    """
    passed = completed = False
    for day, is_passed, is_completed in sorted(told):
        passed, completed = passed or is_passed, completed or is_completed
        if is_done(move_on, passed=passed, completed=completed):
            return day
    return None


def read_package(sent: bytes) -> Structure:
    """Read a package, or a structure without one. Raises StructureRefused."""
    if sent[:2] == b"PK":
        return _read_zip(sent)
    return read_structure(sent, files=None)


def _read_zip(sent: bytes) -> Structure:
    if len(sent) > ZIP_MOST:
        raise StructureRefused(f"The package is larger than {ZIP_MOST // MEGABYTE} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(sent)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            if STRUCTURE not in archive.namelist():
                raise StructureRefused(f"There is no {STRUCTURE} at the top of the package.")
            with archive.open(STRUCTURE) as file:
                xml = file.read(XML_MOST + 1)
            return read_structure(xml, files=frozenset(archive.namelist()))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise StructureRefused(f"The package cannot be unpacked: {str(error)[:WORDS_MOST]}") from error


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES_MOST:
        raise StructureRefused(f"The package has more than {ENTRIES_MOST} files.")
    if sum(each.file_size for each in entries) > UNPACKED_MOST:
        raise StructureRefused(f"Unpacked the package is larger than {UNPACKED_MOST // MEGABYTE} MB.")
    for each in entries:
        path = PurePosixPath(each.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in each.filename:
            raise StructureRefused(f"{each.filename[:WORDS_MOST]}: this path leads out of the package.")
        if stat.S_ISLNK(each.external_attr >> 16):
            raise StructureRefused(f"{each.filename[:WORDS_MOST]}: this is a link, not a file.")
        if each.flag_bits & 1:
            raise StructureRefused(f"{each.filename[:WORDS_MOST]}: this file has a password.")


def read_structure(xml: bytes, *, files: Collection[str] | None) -> Structure:
    """Read a structure. `files`: what lies beside it in its package, None without one. Raises StructureRefused."""
    if len(xml) > XML_MOST:
        raise StructureRefused(f"The structure is larger than {XML_MOST // MEGABYTE} MB.")
    root = _parse(xml)
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            element.set(name, value.strip())  # the specification trims; the schema does not
    problems = [*_by_schema(root), *_by_rules(root, files)][:FAULTS_MOST]
    if problems:
        raise StructureRefused(*problems)
    course = root.find(_tag("course"))
    return Structure(
        id=_attribute(course, "id"),
        titles=_texts(course, "title"),
        units=tuple(
            Unit(
                id=_attribute(each, "id"),
                title=next(iter(_texts(each, "title").values()), ""),
                move_on=MoveOn(_attribute(each, "moveOn") or MoveOn.NOT_APPLICABLE),
                mastery=_attribute(each, "masteryScore"),
            )
            for each in root.iter(_tag("au"))
        ),
    )


def _parse(xml: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    if b"<!DOCTYPE" in xml or "<!DOCTYPE".encode("utf-16-le") in xml or "<!DOCTYPE".encode("utf-16-be") in xml:
        raise StructureRefused("The structure has a DOCTYPE: leave it out.")
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise StructureRefused(f"The structure is no XML: {str(error)[:WORDS_MOST]}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise StructureRefused("The structure has a DOCTYPE: leave it out.")
    return root


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _by_schema(root: Any) -> Iterator[str]:
    schema = _schema()
    if not schema.validate(root):
        for each in list(schema.error_log)[:FAULTS_MOST]:
            yield f"line {each.line}: {each.message.replace('{' + NAMESPACE + '}', '')[:WORDS_MOST]}"


def _by_rules(root: Any, files: Collection[str] | None) -> Iterator[str]:
    """What the schema lets pass."""
    units = list(root.iter(_tag("au")))
    if len(units) > UNITS_MOST:
        yield f"There are more than {UNITS_MOST} units."
    for kind, named in (("course", "course"), ("unit", "au"), ("block", "block")):
        yield from _ids(kind, list(root.iter(_tag(named))))
    objectives = [each for each in root.iter(_tag("objective")) if each.get("id") is not None]
    yield from _ids("objective", objectives)
    known = {_attribute(each, "id") for each in objectives}
    for each in root.iter(_tag("objective")):
        wanted = _attribute(each, "idref")
        if wanted and wanted not in known:
            yield f"line {each.sourceline}: the objective {wanted} is not defined."
    for each in root.iter(_tag("block")):
        if sum(1 for _each in each.iterancestors(_tag("block"))) >= DEPTH_MOST:
            yield f"line {each.sourceline}: blocks lie more than {DEPTH_MOST} deep."
            break
    for each in units:
        yield from _address(each, files)


def _ids(kind: str, found: Sequence[Any]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for each in found:
        named = _attribute(each, "id")
        if not SCHEME.fullmatch(named):
            yield f"line {each.sourceline}: the id of this {kind} has no scheme, such as https:"
        elif named in seen:
            yield f"line {each.sourceline}: another {kind} has this id, in line {seen[named]}."
        seen.setdefault(named, each.sourceline)


def _address(unit: Any, files: Collection[str] | None) -> Iterator[str]:
    element = unit.find(_tag("url"))
    if element is None:
        return  # the schema says so
    address, line = (element.text or "").strip(), element.sourceline
    try:
        parts = urlsplit(address)
    except ValueError:
        yield f"line {line}: this is no address."
        return
    taken = sorted(
        name for name, _value in parse_qsl(parts.query, keep_blank_values=True) if name.casefold() in RESERVED
    )
    if taken:
        yield f"line {line}: the system that plays it adds {', '.join(taken)} to the address itself."
    if parts.scheme:
        if parts.scheme not in ("http", "https") or not parts.hostname:
            yield f"line {line}: the address must begin with https:// or be that of a file in the package."
    elif files is None:
        yield f"line {line}: without a package the address must begin with https://"
    elif unquote(parts.path) not in files:
        yield f"line {line}: there is no file {unquote(parts.path)[:WORDS_MOST]} in the package."


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _attribute(element: Any, name: str) -> str:
    return (element.get(name) or "").strip() if element is not None else ""


def _texts(element: Any, name: str) -> dict[str, str]:
    held = element.find(_tag(name))
    found = (
        {}
        if held is None
        else {
            each.get("lang", "en").strip(): " ".join((each.text or "").split())[:WORDS_MOST]
            for each in held.iter(_tag("langstring"))
        }
    )
    return dict(list(found.items())[:20])
