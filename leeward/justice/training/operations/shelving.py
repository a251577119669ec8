"""Packages of others that teach our courses: shelved for employers, with the rule by which they are judged."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import batched

from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.training.decoding import decode_package
from leeward.justice.training.errors import CourseUnknown, PackageUnknown, TrainingMistake
from leeward.justice.training.models import CourseVersion, Package, PackageUnit
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.cmi5 import MoveOn, StructureRefused, Unit, needs_word

UNITS_AT_ONCE = 500
ZIP, XML = "application/zip", "application/xml"


def shelve_package(*, course: str, version: int, sent: bytes, by: Actor, now: datetime) -> uuid.UUID:
    """Shelve a package that teaches a version of a course. Raises FieldRefused with what is wrong, CourseUnknown."""
    row = CourseVersion.objects.select_related("course").filter(course__code=course, number=version).first()
    if row is None:
        raise CourseUnknown
    try:
        found = decode_package(sent)
    except StructureRefused as error:
        raise FieldRefused("file", TrainingMistake.PACKAGE, about=" ".join(error.problems)) from error
    [only, *more] = found.units
    by_one_word = not more and only.move_on in (MoveOn.PASSED, MoveOn.COMPLETED, MoveOn.COMPLETED_OR_PASSED)
    # A block is done when all in it is, and so is the course: each unit that is not done by itself must be.
    collected = [] if by_one_word else [each for each in found.units if needs_word(each.move_on)]
    is_judged = by_one_word or bool(collected)
    try:
        with transaction.atomic():
            _check_units(each.id for each in found.units)
            made = Package.objects.create(
                course=row.course,
                version=version,
                title=dict(found.titles),
                units=len(found.units),
                unit=only.id if by_one_word else "",
                move_on=only.move_on.value if by_one_word else "",
                mastery=_mastery(only) if by_one_word else None,
                media_type=ZIP if sent[:2] == b"PK" else XML,
                size=len(sent),
                sha256=hashlib.sha256(sent).hexdigest(),
                content=sent,
                added_at=now,
                added_by=who(by),
            )
            PackageUnit.objects.bulk_create(
                PackageUnit(package=made, unit=each.id, move_on=each.move_on.value, mastery=_mastery(each))
                for each in collected
            )
            note(TrainingVerb.PACKAGE_ADDED, "course", course, by=by, now=now, judged=is_judged)
    except IntegrityError as error:
        raise FieldRefused("file", TrainingMistake.PACKAGE_TWICE) from error
    return made.public_id


def _check_units(ids: Iterable[str]) -> None:
    """Raise FieldRefused where another package has one of these units: it would count for two."""
    for some in batched(ids, UNITS_AT_ONCE):
        if Package.objects.filter(unit__in=some).exists() or PackageUnit.objects.filter(unit__in=some).exists():
            raise FieldRefused("file", TrainingMistake.PACKAGE_TWICE)


def _mastery(unit: Unit) -> Decimal | None:
    return Decimal(unit.mastery).quantize(Decimal("0.0001")) if unit.mastery else None


def drop_package(*, package: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a package from the shelf; what was counted by its rule stays. Raises PackageUnknown."""
    with transaction.atomic():
        row = Package.objects.select_related("course").filter(public_id=package).first()
        if row is None:
            raise PackageUnknown
        row.delete()
        note(TrainingVerb.PACKAGE_DROPPED, "course", row.course.code, by=by, now=now)
