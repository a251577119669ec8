"""Takes pictures for pages in: looked at by every check first, approved by a second person, withdrawn for good."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject, who
from leeward.foundation.editing.changes import Kept
from leeward.foundation.editing.errors import EntryChanged, FieldRefused, StepRefused
from leeward.foundation.editing.history import note
from leeward.foundation.editing.values import line
from leeward.foundation.labels import mark
from leeward.foundation.pages.decoding import decode
from leeward.foundation.pages.errors import PageMistake
from leeward.foundation.pages.models import SHEET_LENGTH, FileContent, FileLook, FileWithdrawal, PageFile
from leeward.foundation.pages.providers import PictureCheck, picture_checks
from leeward.foundation.pages.queries import languages, or_unknown
from leeward.foundation.pages.rules.texts import EntryKind, PageVerb
from leeward.foundation.references import draw_reference

MATCHED = mark("It is a picture that somebody protects, or too like one")

type Look = tuple[str, Collection[str], str]


def add_picture(*, name: str, sent: bytes, alternatives: Mapping[str, str], by: Actor, now: datetime) -> str:
    """Keep a picture for a second person to look at, and return its code; `alternatives` are its words by language.

    Raises FieldRefused. Of a picture that a check refuses, or that it cannot compare, nothing is kept but that a
    picture was refused.
    """
    called = line("name", name)
    words = {language: line(f"alternative_{language}", alternatives.get(language, "")) for language in languages()}
    checks = picture_checks()
    decoded = decode(sent, {each: check.marks for each, check in checks.items()})
    made, looks = decoded.made, _look(checks, decoded.marks, by=by, now=now)
    with transaction.atomic():
        file = PageFile.objects.create(
            code=_draw_code(),
            name=called,
            media_type=made.media_type,
            sha256=hashlib.sha256(made.content).hexdigest(),
            width=made.width,
            height=made.height,
            alternatives=words,
            added_by=who(by),
            added_at=now,
        )
        FileContent.objects.create(file=file, content=made.content)
        FileLook.objects.bulk_create(
            FileLook(file=file, by=check, marks=sorted(marks), upto=upto) for check, marks, upto in looks
        )
        facts: dict[str, Kept] = {"file": file.code}
        note(EntryKind.FILE, file.public_id, PageVerb.FILE_ADDED, by=by, now=now, after=facts)
    return file.code


def _look(
    checks: Mapping[str, PictureCheck], marks: Mapping[str, Collection[str] | None], *, by: Actor, now: datetime
) -> list[Look]:
    """What every check knows the picture by. Raises FieldRefused; the trail then says only that one was refused."""
    looks = list[Look]()
    mistake = None if checks else PageMistake.FILE_UNSEEN
    for name, check in checks.items():
        upto, known_by = check.upto(), marks[name]
        if known_by is None:
            mistake = PageMistake.FILE_UNSEEN
        elif check.is_refused(known_by, ""):
            mistake = PageMistake.FILE_REFUSED
            break
        else:
            looks.append((name, known_by, upto))
    if mistake is None:
        return looks
    with transaction.atomic():
        record(verb=PageVerb.FILE_REFUSED, by=by, subject=Subject(kind=EntryKind.FILE.value), now=now)
    raise FieldRefused("file", mistake)


@transaction.atomic
def approve_picture(*, code: str, sha256: str, by: Actor, now: datetime) -> None:
    """Let pages show a picture that somebody else added and this person has seen.

    Raises EntryUnknown, EntryChanged where they saw another one, StepRefused where it does not wait any more, and
    FieldRefused where they added it.
    """
    file = _held(code)
    if file.approved_at or FileWithdrawal.objects.filter(file=file).exists():
        raise StepRefused
    if file.sha256 != sha256:
        raise EntryChanged
    if file.added_by == who(by):
        raise FieldRefused("sha256", PageMistake.FILE_OWN)
    file.approved_by, file.approved_at = who(by), now
    file.save()
    note(EntryKind.FILE, file.public_id, PageVerb.FILE_APPROVED, by=by, now=now, after={"file": code})


@transaction.atomic
def withdraw_picture(*, code: str, reason: str, by: Actor, now: datetime) -> None:
    """Stop showing a picture, and delete its bytes. Raises EntryUnknown, FieldRefused, StepRefused."""
    file, why = _held(code), line("reason", reason)
    if FileWithdrawal.objects.filter(file=file).exists():
        raise StepRefused
    _withdraw(file, why, by=by, now=now)


def look_again(*, now: datetime) -> int:
    """Look at every kept picture by what came to the checks' lists since; returns how many were withdrawn."""
    checks, withdrawn = picture_checks(), 0
    for name, check in checks.items():
        upto = check.upto()
        for look in FileLook.objects.filter(by=name).exclude(upto=upto).order_by("pk"):
            withdrawn += _look_again(look, check, upto, now=now)
    return withdrawn


@transaction.atomic
def _look_again(look: FileLook, check: PictureCheck, upto: str, *, now: datetime) -> bool:
    file = PageFile.objects.select_for_update().get(pk=look.file_id)
    if FileWithdrawal.objects.filter(file=file).exists():
        return False
    if check.is_refused(look.marks, look.upto):
        _withdraw(file, MATCHED, by=Actor.system(), now=now)
        return True
    FileLook.objects.filter(pk=look.pk).update(upto=upto)
    return False


def _withdraw(file: PageFile, reason: str, *, by: Actor, now: datetime) -> None:
    FileWithdrawal.objects.create(file=file, reason=reason, made_by=who(by), made_at=now)
    FileContent.objects.filter(file=file).delete()
    FileLook.objects.filter(file=file).delete()
    note(EntryKind.FILE, file.public_id, PageVerb.FILE_WITHDRAWN, by=by, now=now, after={"file": file.code})


def _held(code: str) -> PageFile:
    return or_unknown(PageFile.objects.select_for_update().filter(code=code).first())


def _draw_code() -> str:
    while PageFile.objects.filter(code=(drawn := draw_reference(length=SHEET_LENGTH))).exists():
        continue
    return drawn
