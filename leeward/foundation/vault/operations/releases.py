"""Releases: copies of chosen texts under a key of their own, so that a file's own keys never leave."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact
from leeward.foundation.vault.errors import NotGranted, SealRefused
from leeward.foundation.vault.models import FileRelease, FileReleaseItem
from leeward.foundation.vault.operations.verbs import VaultVerb, of_file, whom, written_by
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import GRANTABLE, Grantee, GranteeKind, Keyring
from leeward.foundation.vault.rules.releases import ITEM_NAME, ITEMS_LIMIT, item_bound, release_binding
from leeward.foundation.vault.rules.seals import KEY_BYTES, NONCE_BYTES, derive_key
from leeward.foundation.vault.rules.texts import read_sealed_text, seal_text_field, unseal_text_field
from leeward.foundation.vault.rules.wraps import unwrap_once, wrap


def make_release(
    *, opened: OpenFile, items: Mapping[str, str], to: Grantee, expires_at: datetime, by: Actor, now: datetime
) -> UUID:
    """Release copies of texts (name to text) to one receiver until `expires_at`; returns the release's reference.

    Raises SealRefused: nothing to release, a name that is not a short code, an end that is past.
    """
    _check(items=items, to=to, expires_at=expires_at, now=now)
    public_id = uuid.uuid4()
    key = secrets.token_bytes(KEY_BYTES)
    field_key = derive_key(key, purpose="field")
    with transaction.atomic():
        release = FileRelease.objects.create(
            public_id=public_id,
            file=opened.file,
            grantee_kind=to.kind.value,
            grantee_id=to.id,
            grantee_generation=to.generation,
            wrapped=wrap(key, to=to, binding=release_binding(release=public_id, file=opened.file)),
            released_by=written_by(by),
            released_at=now,
            expires_at=expires_at,
        )
        FileReleaseItem.objects.bulk_create(
            FileReleaseItem(
                release=release,
                name=name,
                sealed=seal_text_field(
                    text,
                    key=field_key,
                    generation=1,
                    nonce=secrets.token_bytes(NONCE_BYTES),
                    bound=item_bound(name, release=public_id, file=opened.file),
                ),
            )
            for name, text in items.items()
        )
        facts: dict[str, Fact] = {"release": str(public_id), "items": len(items), **whom(to)}
        record(verb=VaultVerb.RELEASED, by=by, subject=of_file(opened.file), now=now, facts=facts)
    return public_id


def open_release(*, release: UUID, keyring: Keyring, by: Actor, now: datetime) -> dict[str, str]:
    """Return the released texts, by name, and note in the trail who opened them.

    Raises NotGranted if the release was withdrawn, has ended, or is not for these keys.
    """
    row = FileRelease.objects.filter(public_id=release, withdrawn_at__isnull=True, expires_at__gt=now).first()
    key = keyring.find(GranteeKind(row.grantee_kind), row.grantee_id, row.grantee_generation) if row else None
    if row is None or key is None:
        raise NotGranted
    binding = release_binding(release=row.public_id, file=row.file)
    opened = unwrap_once(bytes(row.wrapped), key=key, binding=binding, keyring=keyring)
    field_key = derive_key(opened, purpose="field")
    texts = {
        item.name: unseal_text_field(
            read_sealed_text(item.sealed), key=field_key, bound=item_bound(item.name, release=release, file=row.file)
        )
        for item in row.items.order_by("name")
    }
    facts: dict[str, Fact] = {"release": str(release), "items": len(texts)}
    record(verb=VaultVerb.RELEASE_OPENED, by=by, subject=of_file(row.file), now=now, facts=facts)
    return texts


def withdraw_release(*, release: UUID, by: Actor, now: datetime) -> None:
    """End a release: its key's wrap and its copies go, the fact that it was stays. Safe to repeat."""
    with transaction.atomic():
        row = FileRelease.objects.select_for_update().filter(public_id=release, withdrawn_at__isnull=True).first()
        if row is None:
            return
        row.items.all().delete()
        FileRelease.objects.filter(pk=row.pk).update(wrapped=b"", withdrawn_at=now)
        facts = {"release": str(release)}
        record(verb=VaultVerb.RELEASE_WITHDRAWN, by=by, subject=of_file(row.file), now=now, facts=facts)


def _check(*, items: Mapping[str, str], to: Grantee, expires_at: datetime, now: datetime) -> None:
    if to.kind not in GRANTABLE:
        raise SealRefused(f"Nothing is released to a {to.kind.value}. Release it to the team instead.")
    if not items or len(items) > ITEMS_LIMIT:
        raise SealRefused(f"A release holds 1 to {ITEMS_LIMIT} texts, not {len(items)}.")
    if not all(ITEM_NAME.fullmatch(name) for name in items):
        raise SealRefused("The names of released texts stay in clear: use short codes such as 'item_1.url'.")
    if expires_at <= now:
        raise SealRefused("A release ends in the future. Choose a later end.")
