"""Give a worker a new key, seal to it what is sealed to older ones, and delete those when nothing needs them any more.

All three run where the worker's folder is, and may be killed anywhere and repeated. The new private half is on the disk
before anything can be sealed to it; an older one stays until nothing is left that only it opens.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import SealBroken, ServiceKeyInUse
from leeward.foundation.vault.models import Grant, ServiceKey
from leeward.foundation.vault.operations.boxes import open_sealed, seal_to
from leeward.foundation.vault.operations.registry import mark_of
from leeward.foundation.vault.operations.rotation import move_grants, of_grantee
from leeward.foundation.vault.operations.services import (
    ServiceKeys,
    key_path,
    make_key_file,
    open_service,
    service_grantee,
)
from leeward.foundation.vault.operations.verbs import VaultVerb, of_service
from leeward.foundation.vault.rules.grants import Grantee, PrivateKey, Service
from leeward.foundation.vault.rules.texts import (
    BOX_PREFIX,
    UNNAMED_GENERATION,
    generation_of,
    service_box_start,
)
from leeward.foundation.vault.service_boxes import ServiceBoxes, boxes_of

BOXES_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Resealed:
    """The state of a rotation. `damaged`: boxes that no key opens, which stay as they are and do not block it.

    `left`: boxes that somebody else was writing just then.
    """

    moved: int
    damaged: int
    left: int


def rotate_service(*, service: Service, by: Actor, now: datetime) -> bool:
    """Give a service a new key, to which everything new is sealed from now on.

    False where its last rotation is not ended yet: then that one goes on. Raises ServiceUnknown, or ServiceKeyMissing
    where the worker's folder is not here.
    """
    present = open_service(service).grantee
    if _fall_backs(service):
        return False
    # Before the row, so that nothing is ever sealed to a key that a kill has kept from the disk.
    pair = make_key_file(service, generation=present.generation + 1).grantee
    with transaction.atomic():
        row = ServiceKey.objects.select_for_update().filter(service=service.value, retired_at__isnull=True).first()
        if row is None or row.generation != present.generation:  # somebody else has just given it one
            return False
        ServiceKey.objects.filter(pk=row.pk).update(retired_at=now)
        ServiceKey.objects.create(
            service=service.value,
            generation=pair.generation,
            public_key=pair.public_key,
            vouched=mark_of(pair),
            made_at=now,
        )
        facts = {"generation": pair.generation}
        record(verb=VaultVerb.SERVICE_ROTATED, by=by, subject=of_service(service.value), now=now, facts=facts)
    return True


def reseal_service(
    *, service: Service, by: Actor, now: datetime, tell: Callable[[int], None] = lambda _moved: None
) -> Resealed:
    """Seal to the present key what is sealed to older ones; `tell` is given how many were, again and again.

    Safe to repeat, and to run beside the worker. Raises ServiceUnknown, or ServiceKeyMissing where a key that is
    needed is not in the worker's folder.
    """
    keys = open_service(service)
    moved = damaged = 0
    for generation in _fall_backs(service):
        old = keys.find(generation)
        for boxes in boxes_of(service):
            for count, broken in _move_boxes(boxes, old=old, by=by, now=now):
                moved, damaged = moved + count, damaged + broken
                tell(moved)
        while count := move_grants(old=old, new=keys.grantee, by=by, now=now):
            moved += count
            tell(moved)
    return Resealed(moved=moved, damaged=damaged, left=max(0, count_sealed_to_older(service) - damaged))


def retire_service_keys(*, service: Service, by: Actor, now: datetime) -> int:
    """Delete the private halves of a service's older keys; returns how many keys ended with that. Safe to repeat.

    Raises ServiceKeyInUse where something is left that opens with one of them, ServiceUnknown or ServiceKeyMissing.
    """
    keys = open_service(service)
    with transaction.atomic():
        # Nobody can seal to these any more: rotation has waited for the last one who did.
        old = list(ServiceKey.objects.select_for_update().filter(**_of_fall_backs(service)).order_by("generation"))
        left = sum(_count_needing(keys, row.generation) for row in old)
        if left:
            raise ServiceKeyInUse(service.value, left=left)
        if old:
            ServiceKey.objects.filter(pk__in=[row.pk for row in old]).update(ended_at=now)
            facts = {"keys": len(old)}
            record(verb=VaultVerb.SERVICE_KEYS_ENDED, by=by, subject=of_service(service.value), now=now, facts=facts)
    ended = ServiceKey.objects.filter(service=service.value, ended_at__isnull=False)
    for generation in ended.values_list("generation", flat=True):  # earlier ones too: a kill may have come between
        path = key_path(service, generation=generation)
        if path.exists():
            path.unlink()
    return len(old)


def count_sealed_to_older(service: Service) -> int:
    """Count the boxes and grants that are sealed to a service's older keys. It needs no private key."""
    return sum(
        sum(_sealed_to(boxes, generation).count() for boxes in boxes_of(service))
        + _granted_to(service, generation).count()
        for generation in _fall_backs(service)
    )


def _of_fall_backs(service: Service) -> dict[str, Any]:
    return {"service": service.value, "retired_at__isnull": False, "ended_at__isnull": True}


def _fall_backs(service: Service) -> list[int]:
    """The generations that only open, oldest first."""
    rows = ServiceKey.objects.filter(**_of_fall_backs(service)).order_by("generation")
    return list(rows.values_list("generation", flat=True))


def _sealed_to(boxes: ServiceBoxes, generation: int) -> QuerySet[Any]:
    start = service_box_start(service=boxes.service.value, generation=generation)
    sealed = Q(**{f"{boxes.column}__startswith": start})
    if generation == UNNAMED_GENERATION:
        sealed |= Q(**{f"{boxes.column}__startswith": f"{BOX_PREFIX}."})
    return boxes.rows().filter(sealed)


def _granted_to(service: Service, generation: int) -> QuerySet[Grant]:
    row = ServiceKey.objects.get(service=service.value, generation=generation)
    return Grant.objects.filter(**of_grantee(row.as_grantee()))


def _move_boxes(boxes: ServiceBoxes, *, old: PrivateKey, by: Actor, now: datetime) -> Iterator[tuple[int, int]]:
    """Once through a column, one transaction after the other: how many each has moved, and how many were damaged."""
    waiting = _sealed_to(boxes, old.grantee.generation).order_by("pk").values_list("pk", flat=True)
    names = list(waiting[:BOXES_AT_ONCE])
    while names:
        with transaction.atomic():
            new = service_grantee(boxes.service)
            results = [_move_box(boxes, name, old=old, new=new) for name in names]
            moved = results.count(True)
            if moved:
                facts = {"boxes": moved, "generation": new.generation}
                record(verb=VaultVerb.SERVICE_RESEALED, by=by, subject=of_service(new.id), now=now, facts=facts)
        yield moved, results.count(False)
        names = list(waiting.filter(pk__gt=names[-1])[:BOXES_AT_ONCE])


def _move_box(boxes: ServiceBoxes, name: Any, *, old: PrivateKey, new: Grantee) -> bool | None:
    """Seal one row's box anew; False where nothing opens it, None where there is nothing to do or it is in use.

    It never waits for a row, so that it keeps nobody from theirs. One row at a time: a parcel may be large.
    """
    can_pass_over = connection.features.has_select_for_update_skip_locked
    row = boxes.rows().select_for_update(skip_locked=can_pass_over).filter(pk=name).first()
    sealed = getattr(row, boxes.column) if row is not None else ""
    if not sealed or generation_of(sealed) != old.grantee.generation:
        return None
    place = boxes.place_of(row)
    try:
        text = open_sealed(old, sealed, place=place)
    except SealBroken:
        return False
    boxes.rows().filter(pk=name).update(**{boxes.column: seal_to(new, text, place=place)})
    return True


def _count_needing(keys: ServiceKeys, generation: int) -> int:
    """Count the boxes and grants that a key in the worker's folder still opens."""
    count = _granted_to(keys.service, generation).count()
    for boxes in boxes_of(keys.service):
        names = _sealed_to(boxes, generation).order_by("pk").values_list("pk", flat=True)
        count += sum(_opens(boxes, name, keys=keys) for name in names)
    return count


def _opens(boxes: ServiceBoxes, name: Any, *, keys: ServiceKeys) -> bool:
    row = boxes.rows().filter(pk=name).first()
    if row is None:
        return False
    try:
        open_sealed(keys, getattr(row, boxes.column), place=boxes.place_of(row))
    except SealBroken:
        return False
    return True
