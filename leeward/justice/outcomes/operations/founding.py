"""Code lists and methods: brought in from files, and switched on once somebody has compared them with their source."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.outcomes.errors import CodesUnknown, OutcomesMistake
from leeward.justice.outcomes.models import Code, CodeList, Method
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.rules.codes import NewCodeList, NewMethod, Shipped


@transaction.atomic
def load_shipped(*, found: Shipped, by: Actor, now: datetime) -> tuple[str, ...]:
    """Bring in lists and methods; returns the names of what is new. Safe to repeat. Raises FieldRefused."""
    made = [_load_list(each, by=by, now=now) for each in found.lists]
    made += [publish_method(new=each, by=by, now=now) for each in found.methods]
    return tuple(filter(None, made))


def _load_list(new: NewCodeList, *, by: Actor, now: datetime) -> str:
    rows = CodeList.objects.select_for_update().filter(jurisdiction=new.jurisdiction, kind=new.kind)
    last = rows.order_by("-version").first()
    if last is not None and _said(last) == [(each.code, each.name, each.stage, each.iccs) for each in new.codes]:
        return ""
    version = (last.version if last else 0) + 1
    row = CodeList.objects.create(
        jurisdiction=new.jurisdiction, kind=new.kind, version=version, source=new.source, source_url=new.source_url,
        checked_on=new.checked_on, loaded_at=now,
    )  # fmt: skip
    Code.objects.bulk_create(Code(code_list=row, **each.model_dump()) for each in new.codes)
    note(OutcomesVerb.CODES_LOADED, "code_list", row.public_id, by=by, now=now, version=version)
    return f"{new.jurisdiction}, {new.kind.value} {version}"


def _said(row: CodeList) -> list[tuple[object, ...]]:
    return [(each.code, each.name, each.stage, each.iccs) for each in row.codes.order_by("pk")]


@transaction.atomic
def publish_method(*, new: NewMethod, by: Actor, now: datetime) -> str:
    """Publish a version of a method, for good; returns its name, "" where it is known. Raises FieldRefused.

    A version after the first says what it changes.
    """
    if Method.objects.filter(code=new.code, version=new.version).exists():
        return ""
    last = Method.objects.filter(code=new.code).aggregate(last=Max("version"))["last"] or 0
    if new.version != last + 1 or (new.version > 1 and not any(new.changed.values())):
        raise FieldRefused("changed", OutcomesMistake.VERSION)
    Method.objects.create(**new.model_dump(), published_at=now, published_by=who(by))
    note(OutcomesVerb.METHOD_PUBLISHED, "method", new.code, by=by, now=now, version=new.version)
    return f"{new.code} {new.version}"


@transaction.atomic
def switch_codes(*, code_list: uuid.UUID, checked_on: date, by: Actor, now: datetime) -> None:
    """Count by this list from now on, once it was compared with its source; the one before is switched off.

    Raises CodesUnknown, FieldRefused.
    """
    row = CodeList.objects.select_for_update().filter(public_id=code_list).first()
    if row is None:
        raise CodesUnknown
    if checked_on > local_day(now):
        raise FieldRefused("checked_on", OutcomesMistake.CHECKED)
    CodeList.objects.filter(kind=row.kind, is_switched_on=True).update(is_switched_on=False)
    row.checked_on, row.is_switched_on = checked_on, True
    row.save()
    note(OutcomesVerb.CODES_SWITCHED, "code_list", row.public_id, by=by, now=now, version=row.version)
