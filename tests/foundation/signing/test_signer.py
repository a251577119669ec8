"""A room asks, the signer signs, a person revokes; and nobody without the signer's folder signs anything."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from joserfc.jwk import RSAKey

from leeward.config.settings import ENVIRONMENT
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.signing.errors import AlreadyRevoked, RecordUnknown, SignerKeyMissing
from leeward.foundation.signing.models import (
    Revocation,
    Signature,
    SignedRecord,
    SigningKey,
    StatusList,
    WaitingRecord,
)
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.operations.keys import found_signer, open_signer, rotate_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.queries import count_by_day, find_record, list_at, trusted_keys
from leeward.foundation.signing.rules.bits import decode_bits
from leeward.foundation.signing.rules.terms import LIST_BITS, Reason, State
from leeward.foundation.signing.rules.verifying import Finding, read_payload, verify
from tests.foundation.signing.conftest import BY, NOW, ask, sign_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signer")]


def look(number: str, *, later: timedelta = timedelta()) -> Finding:
    keys = trusted_keys()
    assert keys is not None
    token = Signature.objects.filter(record__number=number).order_by("-pk")[0].token
    return verify(token, keys=keys, lists=list_at, now=NOW + later)


def revoke(number: str, reason: Reason = Reason.MISTAKE) -> None:
    revoke_record(number=number, reason=reason, words="It was made up.", by=BY, now=NOW)


def test_what_was_asked_is_signed_in_one_round_and_can_be_checked() -> None:
    number = ask("what a room says")
    assert find_record(number, now=NOW).state is State.WAITING
    sign_all()
    found = look(number)
    assert (found.state, found.claims["credentialSubject"]["words"]) == (State.VALID, "what a room says")
    assert find_record(number, now=NOW).state is State.VALID
    assert sign_all() == 0  # nothing is left, and nothing is signed twice


def test_a_request_goes_with_the_transaction_of_its_room() -> None:
    number = ""

    def refused() -> None:
        nonlocal number
        with transaction.atomic():
            number = ask()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert not SignedRecord.objects.exists()
    assert sign_all() == 0
    with pytest.raises(RecordUnknown):
        find_record(number, now=NOW)


def test_revoking_counts_at_once_for_us_and_for_everybody_after_the_next_round() -> None:
    number, other = ask(), ask()
    sign_all()
    revoke(number, Reason.DECEIT)
    assert find_record(number, now=NOW).state is State.REVOKED
    assert look(number).state is State.VALID  # the list of this morning
    assert sign_lists(now=NOW) == 1
    taken = look(number)
    assert (taken.state, taken.reason, taken.at) == (State.REVOKED, Reason.DECEIT, NOW)
    assert look(other).state is State.VALID
    with pytest.raises(AlreadyRevoked):
        revoke(number)
    with pytest.raises(RecordUnknown):
        revoke("00000000")
    assert Revocation.objects.count() == 1


def test_what_was_revoked_before_it_was_signed_is_never_signed() -> None:
    number = ask()
    revoke(number)
    sign_all()
    assert not Signature.objects.exists()
    assert find_record(number, now=NOW).state is State.REVOKED


def test_lists_are_signed_each_day_and_count_for_seven() -> None:
    number = ask(until=None)
    sign_all()
    assert sign_lists(now=NOW + timedelta(hours=23)) == 0
    assert look(number, later=timedelta(days=7)).state is State.UNCHECKED  # the signer stood still
    assert sign_lists(now=NOW + timedelta(days=7)) == 1
    assert look(number, later=timedelta(days=7)).state is State.VALID
    assert sign_lists(now=NOW) == 1  # the clock was set back: a list of the future is none


def test_places_are_drawn_at_random_and_never_twice() -> None:
    for _ in range(40):
        ask()
    places = list(SignedRecord.objects.order_by("pk").values_list("status_index", flat=True))
    assert len(set(places)) == len(places)
    assert places != sorted(places)
    assert max(places) - min(places) > LIST_BITS // 4


def test_a_taken_place_or_number_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = "leeward.foundation.signing.operations.asking"
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(f"{asking}.secrets.randbelow", lambda _most: next(drawn))
    numbers = iter(["R7K2M4QX", "AAAAAAAA", "R7K2M4QX", "BBBBBBBB"])
    monkeypatch.setattr(f"{asking}.draw_reference", lambda: next(numbers))
    assert [ask(), ask()] == ["R7K2M4QX", "BBBBBBBB"]


def test_rotation_keeps_old_records_readable_and_drops_the_old_private_key(signer: Path) -> None:
    number = ask()
    sign_all()
    assert rotate_signer(by=BY, now=NOW)
    assert [path.name for path in signer.iterdir()] == ["signer-2.pem"]
    later = ask()
    sign_all()
    assert look(number).state is look(later).state is State.VALID
    kids = [pair.key.kid for pair in Signature.objects.select_related("key").order_by("pk")]
    assert kids == list(SigningKey.objects.order_by("generation").values_list("kid", flat=True))


def test_after_a_theft_no_old_key_is_believed_and_what_counts_is_signed_again(signer: Path) -> None:
    number, revoked = ask(), ask()
    sign_all()
    revoke(revoked)
    stolen = Signature.objects.get(record__number=number).token
    said = io.StringIO()
    call_command("rotate_signing_key", "--withdraw", "The machine was stolen.", stdout=said)
    assert "1 records wait to be signed again" in said.getvalue()
    assert find_record(number, now=NOW).state is State.WAITING
    sign_all()
    keys = trusted_keys()
    assert keys is not None
    assert verify(stolen, keys=keys, lists=list_at, now=NOW).state is State.UNKNOWN_KEY
    assert look(number).state is State.VALID
    assert Signature.objects.filter(record__number=revoked).count() == 1


def test_a_key_that_is_not_the_announced_one_signs_nothing(signer: Path, drawn: list[RSAKey]) -> None:
    number = ask()
    (signer / "signer-1.pem").write_bytes(drawn[1].as_pem(private=True))
    with pytest.raises(SignerKeyMissing):
        sign_due(now=NOW, limit=10)
    (signer / "signer-1.pem").unlink()
    with pytest.raises(CommandError, match="not in this folder"):
        call_command("signer")
    with pytest.raises(CommandError, match="not in this folder"):
        call_command("rotate_signing_key")
    assert find_record(number, now=NOW).state is State.WAITING
    assert not found_signer(by=BY, now=NOW)  # a lost key is not replaced in silence


def test_who_copies_the_database_and_every_secret_of_the_web_signs_nothing(signer: Path, settings: Any) -> None:
    """The web server has the settings and the database: neither holds anything that signs."""
    ask()
    sign_all()
    private = open_signer().private.as_dict(private=True)
    settings.LEEWARD_SERVICE_KEYS = signer.parent / "the-web-has-none"
    rows = [
        str(row)
        for model in (SigningKey, SignedRecord, Signature, Revocation, StatusList, WaitingRecord, AuditEvent)
        for row in model.objects.values()
    ]
    secrets = [f"{name}={getattr(settings, name)!r}" for name in dir(settings) if name.isupper()]
    copied = "\n".join([*rows, *secrets, repr(ENVIRONMENT)])
    assert str(private["n"]) in copied  # the public half is there, so the search would find the others
    for part in ("d", "p", "q", "dp", "dq", "qi"):
        assert str(private[part]) not in copied
    ask()
    with pytest.raises(SignerKeyMissing):
        sign_due(now=NOW, limit=10)
    with pytest.raises(SignerKeyMissing):
        open_signer()


@pytest.mark.postgresql
def test_the_database_itself_refuses_another_word_in_what_was_signed() -> None:
    number = ask()
    sign_all()
    revoke(number)
    rows = SignedRecord.objects.filter(number=number)
    for change in (
        lambda: rows.update(subject="{}"),
        lambda: Signature.objects.update(token="x"),
        lambda: Revocation.objects.update(words="x"),
        lambda: Revocation.objects.all().delete(),
        lambda: SigningKey.objects.update(jwk="{}"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_each_step_is_a_line_of_the_trail_and_in_the_daily_count() -> None:
    number = ask()
    sign_all()
    revoke(number)
    sign_all()
    verbs = list(AuditEvent.objects.order_by("at").values_list("verb", "subject_reference"))
    assert {("signing.asked", number), ("signing.signed", number), ("signing.revoked", number)} <= set(verbs)
    assert {"signing.key_made", "signing.list_signed"} <= {verb for verb, _number in verbs}
    today, yesterday = count_by_day(days=2, now=NOW)
    assert (today.asked, today.signed, today.revoked) == (1, 1, 1)
    assert (yesterday.asked, yesterday.signed, yesterday.revoked) == (0, 0, 0)


def test_a_list_says_no_more_than_its_bits_and_reasons() -> None:
    number = ask("words that stand in the record alone")
    sign_all()
    revoke(number)
    sign_all()
    payload = read_payload(StatusList.objects.get().token)
    assert number not in json.dumps(payload)
    assert "made up" not in json.dumps(payload)
    assert sum(byte.bit_count() for byte in decode_bits(payload["credentialSubject"]["encodedList"])) == 1
    assert settings.LEEWARD_URL in payload["id"]
