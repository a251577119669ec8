"""The store of pieces beside the database: whether it is the one that the database names, and what each lacks."""

import os
import uuid
from collections.abc import Collection
from itertools import chain

from django.db import models

from leeward.victim.locker import pieces
from leeward.victim.locker.models import Part, PendingDeletion, Store
from leeward.victim.locker.rules.keeping import PartState

PAGE = "docs/operating, The locker's store"


def may_be_named() -> bool:
    """Return whether this folder may become the store: it has a file of those that the database names, if any."""
    kept = Part.objects.filter(state=PartState.KEPT).values_list("reference", flat=True)
    named = list(chain(kept, PendingDeletion.objects.values_list("part", flat=True)))
    return not named or pieces.has_any(named)


def takes_files() -> bool:
    """Return whether a new file can be kept, as far as this process sees: a page says so before one is chosen."""
    try:
        is_store = (not Store.objects.exists() and may_be_named()) or not describe_mismatch()
    except OSError:
        return False
    return is_store and (not pieces.root().exists() or _may_use())


def describe_mismatch() -> str:
    """Return why this folder is not the store that the database names; empty where it is."""
    row, mark, folder = Store.objects.first(), pieces.read_mark(), pieces.root()
    if row is None:
        return f"The database names files of lockers, and the folder {folder} has none of them."
    if mark is None:
        return f"The locker's store is missing: the database names store {row.mark}, the folder {folder} has no mark."
    if mark != row.mark:
        return f"This is another store: the database names store {row.mark}, the folder {folder} is store {mark}."
    return ""


def compare_store() -> tuple[tuple[str, str], ...]:
    """Return what is wrong between the store and the database, each with what to do about it; counts alone."""
    if not Store.objects.exists() and may_be_named():
        named = f"The store of the locker's files is not named yet; it will be {pieces.root()}."
        return ((named, "Run `leeward found`, on an account that may write there."),)
    mismatch = describe_mismatch()
    if mismatch:
        waiting = PendingDeletion.objects.count()
        also = f" {waiting} erased files wait to be deleted from it." if waiting else ""
        hint = f"Let LEEWARD_LOCKER_PIECES name the folder that web, workers and back-up share, or restore it: {PAGE}."
        return ((f"{mismatch} Files are neither taken in nor deleted here.{also}", hint),)
    return tuple(trouble for trouble in (_closed(), *_differences()) if trouble)


def _closed() -> tuple[str, str] | None:
    if _may_use():
        return None
    return (
        f"This account may not read and write the locker's store, {pieces.root()}.",
        f"Give the folder to a group that the accounts of web and workers share: {PAGE}.",
    )


def _may_use() -> bool:
    return os.access(pieces.root(), os.R_OK | os.W_OK | os.X_OK)


def _differences() -> tuple[tuple[str, str] | None, ...]:
    here = pieces.count_pieces()  # first: a file that is begun meanwhile has a row before it has a piece
    kept = dict(Part.objects.filter(state=PartState.KEPT).values_list("reference", "pieces"))
    lacking = [part for part, number in kept.items() if here.get(part, 0) < number]
    if lacking:  # or kept, or erased, while the folder was read
        again = pieces.count_pieces()
        still = _references(Part.objects.filter(reference__in=lacking))
        lacking = [part for part in lacking if part in still and again.get(part, 0) < kept[part]]
    return (_describe_lacking(len(lacking)), _describe_loose(len(unnamed_files(here))))


def unnamed_files(here: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return which of the files that were seen in the store the database does not name, and which are there still.

    The folder is read first: a file that is begun meanwhile has a row before it has a piece.
    """
    loose = set(here) - _references(Part.objects.all())
    loose -= set(PendingDeletion.objects.values_list("part", flat=True))
    return frozenset(part for part in loose if pieces.has_any([part]))


def _references(parts: models.QuerySet[Part]) -> set[uuid.UUID]:
    return set(parts.values_list("reference", flat=True))


def _describe_lacking(count: int) -> tuple[str, str] | None:
    if not count:
        return None
    what = f"{count} files that the database names are not whole in the locker's store, {pieces.root()}."
    return (f"{what} Nobody can open them.", f"Put back what is missing from the store's back-up: {PAGE}.")


def _describe_loose(count: int) -> tuple[str, str] | None:
    if not count:
        return None
    what = f"The database does not name {count} files in the locker's store, {pieces.root()}. Nobody can open them."
    hint = (
        "That is so after an older back-up of the database was restored. Else this may be another database than the "
        "store's: look before anything is deleted. If no database and no newer back-up names them, run "
        f"`leeward delete-unnamed-files {count}`. {PAGE}."
    )
    return (what, hint)
