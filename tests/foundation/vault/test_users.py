"""Users' keys: any of several secrets unlocks one; wrong, absent and unknown cost the same and say the same."""

from unittest.mock import patch

import pytest

from leeward.foundation.vault.errors import (
    KeyMalformed,
    LastSlot,
    PublicKeySwapped,
    TooManyAtOnce,
    UserKeyTaken,
    UserKeyUnknown,
    WrongSecret,
)
from leeward.foundation.vault.models import UnlockSlot, UserKey
from leeward.foundation.vault.operations import (
    add_slot,
    make_user_key,
    make_victim_key,
    read_private_key,
    remove_slot,
    replace_user_key,
    slot_kinds,
    slow,
    unlock_user_key,
    user_grantee,
    users,
    write_private_key,
)
from leeward.foundation.vault.rules.lanes import Lane
from leeward.foundation.vault.rules.slots import SlotKind, slow_slot_key
from tests.foundation.vault.conftest import BY, NOW, make_member
from tests.foundation.vault.places import others_hash

PASSPHRASE, RECOVERY_CODE, LINK = SlotKind.PASSPHRASE, SlotKind.RECOVERY_CODE, SlotKind.LINK
WORDS = "six words of amina"
TOKEN = "a random token of 256 bits, in base64"  # 22 characters at least

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_key_unlocks_with_each_of_its_secrets() -> None:
    key = make_member("amina")
    add_slot(key=key, kind=RECOVERY_CODE, secret="7QF2-9KDM-44XP-0TTA", by=BY, now=NOW)
    add_slot(key=key, kind=LINK, secret=TOKEN, by=BY, now=NOW)
    assert slot_kinds("amina") == {PASSPHRASE, RECOVERY_CODE, LINK}
    for kind, secret in (
        (PASSPHRASE, WORDS),
        (PASSPHRASE, f"  {WORDS.replace(' ', '  ')} "),
        (RECOVERY_CODE, "7qf2 9kdm 44xp 0tta"),
        (LINK, TOKEN),
    ):
        assert unlock_user_key(holder="amina", kind=kind, secret=secret) == key
    assert user_grantee("amina") == key.grantee


@pytest.mark.parametrize(
    ("holder", "kind", "secret"),
    [
        ("amina", PASSPHRASE, "six words of bilal"),
        ("amina", PASSPHRASE, ""),
        ("amina", RECOVERY_CODE, WORDS),  # no such slot
        ("amina", LINK, WORDS),
        ("nobody", PASSPHRASE, WORDS),
        ("nobody", LINK, TOKEN),
    ],
)
def test_what_does_not_unlock_is_one_answer_at_one_cost(holder: str, kind: SlotKind, secret: str) -> None:
    make_member("amina")
    with patch.object(users, "slow_slot_key", wraps=slow_slot_key) as hashed, pytest.raises(WrongSecret):
        unlock_user_key(holder=holder, kind=kind, secret=secret)
    assert [call.kwargs["work"] for call in hashed.call_args_list] == ([] if kind is LINK else [slow.WORK_FACTOR])


def test_the_slow_hash_of_a_slot_takes_a_place_in_staffs_own_lane() -> None:
    make_member("amina")
    with others_hash(Lane.OPENING, Lane.NEW_CODES):
        unlock_user_key(holder="amina", kind=PASSPHRASE, secret=WORDS)
        with others_hash(Lane.STAFF), pytest.raises(TooManyAtOnce):
            unlock_user_key(holder="amina", kind=PASSPHRASE, secret=WORDS)


def test_another_pepper_unlocks_nothing(settings: pytest.FixtureRequest) -> None:
    make_member("amina")
    settings.LEEWARD_CODE_PEPPER = "another pepper, as a thief of the database would have to guess"
    with pytest.raises(WrongSecret):
        unlock_user_key(holder="amina", kind=PASSPHRASE, secret=WORDS)


def test_a_person_has_one_key() -> None:
    make_member("amina")
    with pytest.raises(UserKeyTaken):
        make_member("amina")
    with pytest.raises(UserKeyUnknown):
        user_grantee("bilal")
    with pytest.raises(UserKeyUnknown):
        replace_user_key(holder="bilal", secret="x", kind=PASSPHRASE, by=BY, now=NOW)


def test_a_slot_is_replaced_or_removed_but_never_the_last() -> None:
    key = make_member("amina")
    with pytest.raises(LastSlot):
        remove_slot(holder="amina", kind=PASSPHRASE, by=BY, now=NOW)
    add_slot(key=key, kind=PASSPHRASE, secret="new words", by=BY, now=NOW)
    assert unlock_user_key(holder="amina", kind=PASSPHRASE, secret="new words") == key
    with pytest.raises(WrongSecret):
        unlock_user_key(holder="amina", kind=PASSPHRASE, secret=WORDS)
    add_slot(key=key, kind=LINK, secret=TOKEN, by=BY, now=NOW)
    for _ in range(2):
        remove_slot(holder="amina", kind=PASSPHRASE, by=BY, now=NOW)
    assert slot_kinds("amina") == {LINK}


def test_a_slot_of_a_kind_to_come_fits_without_a_migration() -> None:
    key = make_member("amina")
    row = UserKey.objects.get()
    for label in ("first passkey", "second passkey"):
        UnlockSlot.objects.create(user_key=row, kind="prf", label=label, salt=b"s", sealed=b"x" * 300, made_at=NOW)
    assert unlock_user_key(holder="amina", kind=PASSPHRASE, secret=WORDS) == key


def test_a_replaced_key_is_another_one_and_the_old_secrets_unlock_nothing() -> None:
    old = make_member("amina")
    add_slot(key=old, kind=LINK, secret=TOKEN, by=BY, now=NOW)
    new = replace_user_key(holder="amina", secret="new words", kind=PASSPHRASE, by=BY, now=NOW)
    assert (new.grantee.generation, user_grantee("amina")) == (2, new.grantee)
    assert new.private != old.private
    assert unlock_user_key(holder="amina", kind=PASSPHRASE, secret="new words") == new
    for kind, secret in ((PASSPHRASE, WORDS), (LINK, TOKEN)):
        with pytest.raises(WrongSecret):
            unlock_user_key(holder="amina", kind=kind, secret=secret)
    with pytest.raises(UserKeyUnknown):
        add_slot(key=old, kind=LINK, secret=TOKEN, by=BY, now=NOW)


def test_a_slot_moved_to_another_person_unlocks_nothing() -> None:
    make_member("amina")
    make_user_key(holder="bilal", secret=WORDS, kind=PASSPHRASE, by=BY, now=NOW)
    theirs, mine = UserKey.objects.get(holder="bilal"), UnlockSlot.objects.get(user_key__holder="amina")
    theirs.slots.all().delete()
    UnlockSlot.objects.filter(pk=mine.pk).update(user_key=theirs)
    with pytest.raises(WrongSecret):
        unlock_user_key(holder="bilal", kind=PASSPHRASE, secret=WORDS)


def test_a_persons_public_key_that_was_swapped_joins_no_team() -> None:
    make_member("amina")
    UserKey.objects.update(public_key=make_victim_key().grantee.public_key)
    with pytest.raises(PublicKeySwapped):
        user_grantee("amina")


def test_the_rows_hold_no_private_half() -> None:
    key = make_member("amina")
    for row in (UserKey.objects.get(), UnlockSlot.objects.get()):
        for value in vars(row).values():
            raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            assert key.private not in raw
            assert b"six words" not in raw


def test_a_private_key_is_written_as_one_line_and_read_again() -> None:
    key = make_member("amina")
    text = write_private_key(key)
    assert read_private_key(text) == read_private_key(f"{text}\n") == key
    for broken in ("", "lwk1.", "lwk1.AAAA", text[1:], text[:-8], text.replace("lwk1", "lwk2"), "lwk1.W10=", "lwk1.é"):
        with pytest.raises(KeyMalformed):
            read_private_key(broken)
