"""Files that were sent and not kept yet: in parts, sealed to the employer's team, and gone a day later."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.vault.operations import open_for_team, seal_to, team_grantee
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.training.errors import UploadChanged, UploadUnknown
from leeward.justice.training.models import Employer, Upload, UploadPart
from leeward.justice.training.operations.people import find_employer
from leeward.justice.training.operations.verbs import TrainingVerb, note

UPLOAD_LASTS = timedelta(days=1)


def keep_upload(*, employer: uuid.UUID, kind: Upload.Kind, parts: Iterable[str], by: Actor, now: datetime) -> uuid.UUID:
    """Keep a file that can be read for a day, until somebody says that what it changes is right.

    `parts`: of `cut_roster` or `cut_completions`.
    """
    row = find_employer(employer)
    with transaction.atomic():
        upload = Upload.objects.create(employer=row, kind=kind.value, sent_at=now, sent_by=who(by))
        team = team_grantee(row.team)
        UploadPart.objects.bulk_create(
            UploadPart(upload=upload, number=number, content=seal_to(team, text, place=_place(upload, number)))
            for number, text in enumerate(parts)
        )
        note(TrainingVerb.FILE_TRIED, "employer", employer, by=by, now=now, kind=kind.value)
    return upload.reference


def find_upload(*, upload: uuid.UUID, employer: uuid.UUID, is_locked: bool = False) -> Upload:
    """One file. Raises UploadUnknown, also for another employer's and for one without lines."""
    rows = Upload.objects.select_for_update(of=("self",)) if is_locked else Upload.objects
    row = rows.select_related("employer").filter(reference=upload, employer__public_id=employer).first()
    if row is None or not row.parts.exists():
        raise UploadUnknown
    return row


def read_part(upload: Upload, number: int, *, keyring: Keyring) -> str:
    """Return what a part of a file holds. Raises UploadUnknown where these keys do not open it."""
    sealed = upload.parts.values_list("content", flat=True).get(number=number)
    text = open_for_team(keyring, sealed, team=upload.employer.team, where=_place(upload, number))
    if text is None:
        raise UploadUnknown
    return text


def counts_of(upload: Upload) -> list[Mapping[str, Any]]:
    """What each part of a file would change, in numbers, where it was compared."""
    found = upload.parts.filter(counts__isnull=False).order_by("number").values_list("counts", flat=True)
    return list(cast("Iterable[Mapping[str, Any]]", found))


def plans_of(upload: Upload) -> Iterator[Mapping[str, list[Any]]]:
    """The rows that each part of a file makes and changes. Raises UploadChanged where one is not compared yet."""
    if upload.revision != upload.employer.revision or upload.parts.filter(plan__isnull=True).exists():
        raise UploadChanged
    found = upload.parts.order_by("number").values_list("plan", flat=True).iterator(chunk_size=4)
    return cast("Iterator[Mapping[str, list[Any]]]", found)


def drop_upload(upload: uuid.UUID) -> None:
    """Forget a file that was tried. Raises UploadUnknown: two who keep it at once keep it once."""
    deleted, _ = Upload.objects.filter(reference=upload).delete()
    if not deleted:
        raise UploadUnknown


def forget_uploads(*, now: datetime, limit: int) -> int:
    """Forget files that nobody kept; returns how many. Safe to repeat."""
    due = Upload.objects.filter(sent_at__lt=now - UPLOAD_LASTS).order_by("sent_at", "pk")
    keys = list(due.values_list("pk", flat=True)[:limit])
    Upload.objects.filter(pk__in=keys).delete()
    return len(keys)


def people_changed(employer: Employer) -> None:
    """Let whatever was compared with an employer's people be compared again."""
    employer.revision += 1
    employer.save(update_fields=["revision"])


def _place(upload: Upload, number: int) -> str:
    return f"training.upload.part|{upload.reference}|{number}"
