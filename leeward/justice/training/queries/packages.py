"""A course as a package (cmi5) that an employer's own system plays: our lesson, and what tells how it went."""

import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from leeward.foundation.lessons.catalogue import find_lesson
from leeward.foundation.lessons.rules.lesson import Lesson, Question
from leeward.foundation.rows import read_row
from leeward.justice.training.errors import CourseUnknown, PackageUnknown
from leeward.justice.training.models import Package
from leeward.justice.training.queries.courses import find_course
from leeward.justice.training.rules.activities import activity_id
from leeward.justice.training.rules.cmi5 import NAMESPACE

PARTS = Path(__file__).resolve().parents[1] / "data" / "cmi5"
FILES = ("au.js", "index.html", "lesson.css")
STRUCTURE, LESSON = "cmi5.xml", "lesson.json"
# The same bytes for the same version: no file in it tells when it was asked for.
WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
WORDS = {
    "on": _("Go on"),
    "end": _("End"),
    "answer": _("Answer"),
    "right": _("Right"),
    "wrong": _("Not right"),
    "passed": _("That is enough."),
    "failed": _("That is not enough yet. Take the lesson again."),
    "read": _("You have read it."),
    "back": _("Back"),
    "untold": _("Your system could not be told how it went."),
}


def package_of(course: str) -> tuple[int, bytes]:
    """Return the number of a course's newest version and its package. Raises CourseUnknown where it is not here."""
    line = find_course(course)
    version = line.versions[0] if line.versions else None
    if version is None or not version.is_here:
        raise CourseUnknown
    lesson = find_lesson(version.lesson)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, STRUCTURE, write_structure(lesson, course=course, version=version.number))
        _add(archive, LESSON, json.dumps(_lesson(lesson), ensure_ascii=False, sort_keys=True).encode())
        for name in FILES:
            _add(archive, name, (PARTS / name).read_bytes())
    return version.number, packed.getvalue()


def write_structure(lesson: Lesson, *, course: str, version: int) -> bytes:
    """Return the course structure: one unit, whose id is the one by which we know the version."""
    root = Element("courseStructure", {"xmlns": NAMESPACE})
    whole = SubElement(root, "course", {"id": activity_id(settings.LEEWARD_URL, course)})
    unit_of = {"id": activity_id(settings.LEEWARD_URL, course, version), "launchMethod": "AnyWindow"}
    mastery = _mastery(lesson)
    unit_of |= {"moveOn": "Completed"} if mastery is None else {"moveOn": "Passed", "masteryScore": str(mastery)}
    unit = SubElement(root, "au", unit_of)
    for parent in (whole, unit):
        for name, texts in (("title", lesson.title), ("description", lesson.summary)):
            _langstrings(SubElement(parent, name), texts)
    SubElement(unit, "url").text = "index.html"
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _langstrings(parent: Element, texts: Mapping[str, str]) -> None:
    for language, text in texts.items():
        SubElement(parent, "langstring", {"lang": language}).text = text


def _mastery(lesson: Lesson) -> Decimal | None:
    """The least score; rounded down, so that who has as many right as it takes is never under it."""
    if not lesson.questions:
        return None
    return (Decimal(lesson.pass_right) / len(lesson.questions)).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")


def _lesson(lesson: Lesson) -> dict[str, object]:
    languages = list(lesson.title)
    mastery = _mastery(lesson)
    return {
        "languages": languages,
        "title": dict(lesson.title),
        "asked": len(lesson.questions),
        "mastery": None if mastery is None else float(mastery),
        "words": {name: {each: _in(each, str(words)) for each in languages} for name, words in _english().items()},
        "pages": [
            {
                "id": page.id,
                "title": dict(page.title),
                "text": dict(page.text),
                "goes_to": page.goes_to,
                "question": _question(page.question) if page.question else None,
            }
            for page in lesson.pages
        ],
    }


def _english() -> dict[str, str]:
    with override("en"):
        return {name: str(words) for name, words in WORDS.items()}


def _in(language: str, words: str) -> str:
    with override(language):
        return gettext(words)


def _question(question: Question) -> dict[str, object]:
    return {
        "kind": question.kind.value,
        "words": dict(question.words),
        "reason": dict(question.reason),
        "right": list(question.right),
        "options": [{"id": each.id, "words": dict(each.words), "goes_to": each.goes_to} for each in question.options],
    }


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=WRITTEN_AT)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


@dataclass(frozen=True, kw_only=True)
class PackageLine:
    """A package on the shelf. `is_judged`: what is told of it counts for the version. `parts`: units to be done."""

    public_id: uuid.UUID
    course: str
    version: int
    title: Mapping[str, str]
    units: int
    move_on: str
    mastery: Decimal | None
    parts: int
    media_type: str
    size: int
    sha256: str

    @property
    def is_judged(self) -> bool:
        """Whether completions of it are counted."""
        return bool(self.move_on or self.parts)


def package_lines() -> tuple[PackageLine, ...]:
    """The shelf, by course."""
    rows = Package.objects.defer("content").select_related("course").order_by("course__code", "version", "pk")
    return tuple(
        read_row(PackageLine, row, course=row.course.code, parts=row.wanted)
        for row in rows.annotate(wanted=Count("parts"))
    )


def read_content(package: uuid.UUID) -> tuple[str, bytes]:
    """The media type and the bytes of a package, as they were sent. Raises PackageUnknown."""
    row = Package.objects.filter(public_id=package).first()
    if row is None:
        raise PackageUnknown
    return row.media_type, bytes(row.content)
