"""What is kept in her file, and how it ends. The room that works on it holds the lock of its own row meanwhile."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import (
    OpenFile,
    destroy_file,
    grant,
    make_file,
    open_file,
    reads,
    renew_generation,
    shut_out,
    sweep_grants,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, PrivateKey
from leeward.victim.file.models import File, Thread
from leeward.victim.file.operations.news import drop_news, keep_news
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Knows, Needs
from leeward.victim.file.rules.story import Story
from leeward.victim.portal.rules.visits import Bearer

# The name of her file in a holding.
FILE = "file"
HERS = (Compartment.CONTACT, Compartment.STORY, Compartment.EVIDENCE)
LENT_AT_ONCE = 500
COUNTING_BYTES = 32
# What a team may be let read for a time.
LENDABLE: Mapping[type[File | Thread], frozenset[Compartment]] = {
    File: frozenset({Compartment.CONTACT, Compartment.STORY}),
    Thread: frozenset({Compartment.STORY}),
}


def begin_file(
    *, reference: uuid.UUID, key: PrivateKey, language: str, expires_on: date, by: Actor, now: datetime
) -> tuple[File, OpenFile]:
    """Begin a file that only the holder of `key` can open; where another room has begun it already, open that one."""
    known = locked_file(reference)
    if known is not None:
        keep_until(known, expires_on)
        return known, open_renewed(known, keyring=Keyring(key), by=by, now=now)
    file = File.objects.create(
        reference=reference,
        language=language,
        victim_key_id=key.grantee.id,
        victim_public_key=key.grantee.public_key,
        expires_on=expires_on,
    )
    grants = {compartment: [key.grantee] for compartment in HERS}
    return file, make_file(file=reference, grants=grants, by=by, now=now)


def open_renewed(row: File | Thread, *, keyring: Keyring, by: Actor, now: datetime, reason: str = "") -> OpenFile:
    """Open it to read and write. Where the time of somebody's keys is over, it has new ones before anything is written.

    So a copy of the old ones that somebody has kept opens nothing that comes later, also where nobody with a key was
    there when their time ended. Raises the vault's NotGranted.
    """
    if row.renew_at is None or now < row.renew_at:
        return open_file(file=row.reference, keyring=keyring, by=by, now=now, reason=reason)
    with transaction.atomic():
        held = type(row).objects.select_for_update().get(pk=row.pk)
        opened = open_file(file=row.reference, keyring=keyring, by=by, now=now, reason=reason)
        lent = opened.compartments & LENDABLE[type(row)]
        if held.renew_at is not None and held.renew_at <= now and lent == LENDABLE[type(row)]:
            # Before the rest, which knows of her own acts the hour alone, and in that hour they were not over.
            sweep_grants(file=held.reference, now=now, limit=LENT_AT_ONCE)
            for compartment in sorted(lent):
                renew_generation(opened=opened, compartment=compartment, by=by, now=by.clock(now))
            type(row).objects.filter(pk=row.pk).update(renew_at=None)
    return opened


def lend(
    row: File | Thread, *, opened: OpenFile, team: str, until: datetime, reason: str, by: Actor, now: datetime
) -> None:
    """Let a team read it until then, also what was written before; again, to change the end."""
    for compartment in sorted(LENDABLE[type(row)]):
        to = team_grantee(team)
        grant(opened=opened, compartment=compartment, to=to, by=by, now=now, reason=reason, expires_at=until)
    type(row).objects.filter(pk=row.pk).update(renew_at=until)


def end_lending(row: File | Thread, *, opened: OpenFile, team: str, by: Actor, now: datetime) -> None:
    """Take it back before its time is over, with new keys at once. Safe to repeat."""
    if reads(team, row.reference, now=now):
        shut_out(team, opened=opened, by=by, now=by.clock(now))
        type(row).objects.filter(pk=row.pk).update(renew_at=None)


def keep_story(file: File, story: Story, *, opened: OpenFile) -> None:
    """Keep what she has told so far."""
    file.story = File.box(opened, "story", file.reference, story.to_text())
    file.save(update_fields=["story"])


def keep_needs(file: File, needs: Needs, *, opened: OpenFile) -> None:
    """Keep how she wishes to be treated where she lets the desk know too; else nothing of it stands here."""
    is_shared = needs.knows is Knows.DESK and needs != Needs(knows=Knows.DESK)
    file.needs = File.box(opened, "needs", file.reference, needs.to_text()) if is_shared else ""
    file.save(update_fields=["needs"])


def keep_contact(
    file: File, contact: Contact, *, opened: OpenFile, may_be_told: bool, by: Actor, now: datetime
) -> None:
    """Keep how she may be reached, and tell the notifier what it may do: only she can let it do more than before."""
    if not may_be_told or by.kind is not ActorKind.PERSON:
        contact = replace(contact, news=None)
    file.contact = File.box(opened, "contact", file.reference, contact.to_text())
    file.save(update_fields=["contact"])
    keep_news(file, contact=contact, by=by, now=now)


def silence(file: File, *, opened: OpenFile, by: Actor, now: datetime) -> None:
    """Take back her consent to neutral messages, in her contact and with the notifier."""
    contact = read_contact(file, opened)
    if contact is not None and contact.news is not None:
        keep_contact(file, contact, opened=opened, may_be_told=False, by=by, now=now)
    else:
        drop_news(file, by=by, now=now)


def keep_until(file: File, day: date) -> None:
    """Keep the file until this day at least: another room may need it longer."""
    file.expires_on = max(file.expires_on, day)
    file.save(update_fields=["expires_on"])


def erase_file(file: File, *, by: Actor, now: datetime) -> bool:
    """Destroy its keys and the row in one transaction; False where another room still works on it.

    The room that lets go of it has deleted its own row before, and afterwards takes its team's grants away.
    """
    try:
        with transaction.atomic():
            drop_news(file, by=by, now=now)
            destroy_file(file=file.reference, by=by, now=now)
            file.delete()
    except ProtectedError:
        return False
    return True


def her_file(bearer: Bearer) -> uuid.UUID | None:
    """The reference of the file under a code; None where she has told nothing. A report is called like its file."""
    held = bearer.holds.get(FILE) or bearer.holds.get("report")
    return held if held and File.objects.filter(reference=held).exists() else None


def file_to_begin(bearer: Bearer) -> uuid.UUID:
    """The reference of the file under a code, or of a new one: one name for one key, so that two presses begin once."""
    return her_file(bearer) or uuid.uuid5(uuid.NAMESPACE_OID, f"report/{bearer.key.grantee.id}")


def locked_file(reference: uuid.UUID) -> File | None:
    """Lock a file; None where there is none."""
    return File.objects.select_for_update().filter(reference=reference).first()


def find_file(
    reference: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime
) -> tuple[Story, Contact | None] | None:
    """What stands in a file that may be there; None where there is none. Raises the vault's NotGranted."""
    row = File.objects.filter(reference=reference).first()
    if row is None:
        return None
    opened = open_file(file=reference, keyring=keyring, by=by, now=now)
    return read_story(row, opened), read_contact(row, opened)


def counting_key(opened: OpenFile) -> str:
    """The secret by which what somebody met counts once; drawn when it is first asked for. The file stays locked.

    Whoever opens their file has it, and nobody else can tell from what was counted whose it is.
    """
    with transaction.atomic():
        file = File.objects.select_for_update().get(reference=opened.file)
        if file.counting:
            return file.unbox(opened, "counting")
        key = secrets.token_hex(COUNTING_BYTES)
        file.counting = File.box(opened, "counting", file.reference, key)
        file.save(update_fields=["counting"])
    return key


def read_story(file: File, opened: OpenFile) -> Story:
    """What she has told, as far as these keys open it."""
    return Story.from_text(file.peek(opened, "story"))


def find_story(opened: OpenFile) -> Story:
    """What she has told, by her file alone. Raises the vault's NotGranted where these keys do not open it."""
    file = File.objects.only("reference", "story").get(reference=opened.file)
    return Story.from_text(file.unbox(opened, "story"))


def read_shared_needs(file: File, opened: OpenFile) -> Needs:
    """How she wishes to be treated, as far as she lets the desk know and these keys open it."""
    return Needs.from_text(file.peek(opened, "needs"))


def read_contact(file: File, opened: OpenFile) -> Contact | None:
    """How she may be reached; None where these keys do not open it."""
    if Compartment.CONTACT not in opened.compartments:
        return None
    return Contact.from_text(file.unbox(opened, "contact"))


def her_key(file: File) -> Grantee | None:
    """To whom what is written later is sealed, so that her code opens it too; None where she has no code."""
    if not file.victim_public_key:
        return None
    public_key = bytes(file.victim_public_key)
    return Grantee(kind=GranteeKind.VICTIM, id=file.victim_key_id, generation=1, public_key=public_key)
