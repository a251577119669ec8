"""Packages of others that teach our courses: shelved for employers, with the rule by which they are judged."""

import hashlib
import uuid
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.training.decoding import decode_package
from leeward.justice.training.errors import CourseUnknown, PackageUnknown, TrainingMistake
from leeward.justice.training.models import CourseVersion, Package
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.cmi5 import MoveOn, StructureRefused

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
    # Of one that needs two words, or of several units, we do not know when all of it is done.
    [only, *more] = found.units
    is_judged = not more and only.move_on in (MoveOn.PASSED, MoveOn.COMPLETED, MoveOn.COMPLETED_OR_PASSED)
    try:
        with transaction.atomic():
            made = Package.objects.create(
                course=row.course,
                version=version,
                title=dict(found.titles),
                units=len(found.units),
                unit=only.id if is_judged else "",
                move_on=only.move_on.value if is_judged else "",
                mastery=Decimal(only.mastery).quantize(Decimal("0.0001")) if is_judged and only.mastery else None,
                media_type=ZIP if sent[:2] == b"PK" else XML,
                size=len(sent),
                sha256=hashlib.sha256(sent).hexdigest(),
                content=sent,
                added_at=now,
                added_by=who(by),
            )
            note(TrainingVerb.PACKAGE_ADDED, "course", course, by=by, now=now, judged=is_judged)
    except IntegrityError as error:
        raise FieldRefused("file", TrainingMistake.PACKAGE_TWICE) from error
    return made.public_id


def drop_package(*, package: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a package from the shelf; what was counted by its rule stays. Raises PackageUnknown."""
    with transaction.atomic():
        row = Package.objects.select_related("course").filter(public_id=package).first()
        if row is None:
            raise PackageUnknown
        row.delete()
        note(TrainingVerb.PACKAGE_DROPPED, "course", row.course.code, by=by, now=now)
