"""Each hour one tree, whatever waits and whoever dies; the authority's tokens, and a line a day in the public log."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from demo.stamping import MadeUpAuthority
from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.models import Content
from leeward.foundation.notary.operations import found_log
from leeward.foundation.notary.queries import find_entries
from leeward.foundation.reach.errors import BrokenOff
from leeward.foundation.stamps import operations
from leeward.foundation.stamps.errors import AuthorityMalformed, AuthoritySilent, TokenRefused
from leeward.foundation.stamps.models import Stamp, Waiting
from leeward.foundation.stamps.operations import ask_authority, enter_commitment, stamp_hour
from leeward.foundation.stamps.queries import Committed, find_place, have_stamps, read_stamping
from leeward.foundation.stamps.rules.authorities import Authority, ask_for, read_certificates, take, verify
from leeward.foundation.stamps.rules.commitments import commit
from leeward.foundation.stamps.rules.times import STAMPS_KIND
from leeward.foundation.stamps.rules.trees import is_in
from tests.depth import times

NOW = datetime(2026, 11, 28, 21, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
STRIDE = times(23, deep=1)
MADE_UP = MadeUpAuthority(secret="made up for these tests")
AUTHORITY = Authority(url="https://stamps.example/", certificates=MADE_UP.certificates)


@pytest.fixture
def authority(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The nation names one, which answers; what it was asked."""
    asked: list[bytes] = []

    def answer(url: str, *, body: bytes, headers: dict[str, str], limits: object) -> Any:
        assert (url, headers["Content-Type"]) == (AUTHORITY.url, "application/timestamp-query")
        asked.append(body)
        return SimpleNamespace(status=200, is_cut=False, body=MADE_UP.answer(body, now=NOW))

    settings.LEEWARD_STAMP_AUTHORITY = AUTHORITY
    monkeypatch.setattr(operations, "post", answer)
    return asked


def enter(count: int = 1) -> list[bytes]:
    made = [os.urandom(32) for _ in range(count)]
    for each in made:
        enter_commitment(each)
    return made


@pytest.mark.django_db
@pytest.mark.postgresql
class TestHours:
    def test_what_waits_is_in_the_next_hours_tree_once(self) -> None:
        assert stamp_hour(now=NOW) == 1  # an hour without any has its tree too
        made = enter(70)
        assert (stamp_hour(now=NOW + timedelta(minutes=40)), find_place(made[0], since=NOW)) == (0, None)
        assert (stamp_hour(now=NOW + HOUR), stamp_hour(now=NOW + HOUR), Waiting.objects.count()) == (1, 0, 0)
        for each in made:
            place = find_place(each, since=NOW)
            assert place is not None
            assert place.row.hour == datetime(2026, 11, 28, 22, tzinfo=UTC)
            assert is_in(each, index=place.index, beside=place.beside, root=bytes.fromhex(place.row.root))
        assert [len(bytes(row.leaves)) for row in Stamp.objects.order_by("hour")] == [64 * 32, 128 * 32]
        assert find_place(os.urandom(32), since=NOW) is None
        assert find_place(made[0], since=NOW + 2 * HOUR) is None

    def test_what_came_just_before_the_hours_tree_is_found_in_it(self) -> None:
        [made] = enter()
        stamp_hour(now=NOW)
        assert find_place(made, since=NOW - timedelta(minutes=10)) is not None

    def test_many_are_found_with_few_questions_and_one_that_waited_long_too(self) -> None:
        things = [
            Committed(path=f"data/{number}", salt=bytes(32), digest=f"{number:064x}", size=1, at=NOW + number * HOUR)
            for number in range(20)
        ]
        for thing in things[1:]:
            enter_commitment(commit(salt=thing.salt, digest=thing.digest, size=thing.size, at=thing.at))
            stamp_hour(now=thing.at + timedelta(minutes=50))
        # The stamper stood still for one: it is in none of the next trees.
        late = things[0]
        enter_commitment(commit(salt=late.salt, digest=late.digest, size=late.size, at=late.at))
        stamp_hour(now=NOW + 25 * HOUR)
        with CaptureQueriesContext(connection) as asked:
            assert have_stamps(things[1:]) == (True,) * 19
        assert len(asked) == 1
        with CaptureQueriesContext(connection) as asked:
            assert have_stamps(things) == (True,) * 20
        assert len(asked) == 3
        place = commit(salt=things[5].salt, digest=things[5].digest, size=1, at=things[5].at)
        with CaptureQueriesContext(connection) as asked:
            assert find_place(place, since=things[5].at) is not None
        assert [each["sql"].endswith("LIMIT 2") for each in asked.captured_queries] == [True]

    def test_a_commitment_goes_with_the_transaction_that_it_was_made_in(self) -> None:
        with transaction.atomic():
            enter()
            transaction.set_rollback(True)
        assert not Waiting.objects.exists()

    def test_stopped_before_each_statement_nothing_is_lost_or_told_twice(self, settings: Any, tmp_path: Path) -> None:
        settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
        found_log(by=Actor.operator(), now=NOW)
        stamp_hour(now=NOW)
        made, now, stops = enter(3), NOW + 3 * HOUR, 0  # in the next day, so that the log is told too
        for target in range(1, 100):
            with transaction.atomic():
                if _stopped_at(target, lambda: stamp_hour(now=now)):
                    stops += 1
                    assert Stamp.objects.count() + len(find_entries(STAMPS_KIND, "2026-11-28")) == 1
                    assert Waiting.objects.count() == 3
                    continue
            break
        assert stops > 5
        assert all(find_place(each, since=NOW) for each in made)
        assert len(find_entries(STAMPS_KIND, "2026-11-28")) == 1

    @pytest.mark.usefixtures("authority")
    def test_the_database_refuses_to_change_a_tree_or_its_token(self) -> None:
        stamp_hour(now=NOW)
        changes: list[Callable[[], object]] = [
            lambda: Stamp.objects.update(root="0" * 64),
            lambda: Stamp.objects.update(leaves=b""),
            lambda: Stamp.objects.update(token=b"x"),
            lambda: connection.cursor().execute("DELETE FROM stamps_stamp"),
            lambda: Stamp.objects.create(hour=Stamp.objects.get().hour, root="0" * 64, leaves=b""),
        ]
        for change in changes:
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        assert ask_authority(now=NOW) == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Stamp.objects.update(token=b"another", token_at=NOW)

    def test_each_day_is_told_to_the_log_once_and_nothing_of_how_many(self, settings: Any, tmp_path: Path) -> None:
        settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
        found_log(by=Actor.operator(), now=NOW)
        for hours in range(30):
            enter(hours)
            stamp_hour(now=NOW + hours * HOUR)
        assert not find_entries(STAMPS_KIND, "2026-11-30")
        [first], [second] = (find_entries(STAMPS_KIND, f"2026-11-{day}") for day in (28, 29))
        content = json.loads(bytes(first_content(first.leaf.sha256)))
        assert [each["hour"] for each in content["roots"]] == [
            f"2026-11-28T{hour}:00:00+00:00" for hour in (21, 22, 23)
        ]
        assert content["roots"][1]["root"] == Stamp.objects.get(hour=NOW.replace(hour=22, minute=0)).root
        told = json.loads(bytes(first_content(second.leaf.sha256)))
        assert len(told["roots"]) == 24
        assert {tuple(each) for each in told["roots"]} == {("hour", "root")}


@pytest.mark.django_db
class TestAuthority:
    def test_it_sees_a_root_an_hour_and_its_token_is_kept(self, authority: list[bytes]) -> None:
        made = enter(5)
        stamp_hour(now=NOW)
        assert (ask_authority(now=NOW), ask_authority(now=NOW)) == (1, 0)
        [asked] = authority
        stamp_hour(now=NOW + HOUR)
        ask_authority(now=NOW + HOUR)
        assert len(authority) == 2
        assert len(authority[1]) in range(len(asked) - 2, len(asked) + 3)  # five or none: the same question
        place = find_place(made[0], since=NOW)
        assert place is not None
        assert place.row.token is not None
        root = bytes.fromhex(place.row.root)
        assert verify(bytes(place.row.token), root=root, certificates=MADE_UP.certificates).at == NOW
        assert place.row.token_at == NOW
        assert read_stamping(now=NOW + HOUR).is_late is False

    def test_while_it_is_silent_trees_are_made_and_it_is_left_alone(
        self, authority: list[bytes], settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def silent(*_: object, **__: object) -> Any:
            authority.append(b"")
            raise BrokenOff

        answering = operations.post
        monkeypatch.setattr(operations, "post", silent)
        for hours in range(5):
            stamp_hour(now=NOW + hours * HOUR)
            for seconds in (0, 5, 500):
                assert ask_authority(now=NOW + hours * HOUR + timedelta(seconds=seconds)) == 0
        assert len(authority) == 5
        assert read_stamping(now=NOW + 4 * HOUR).is_late
        monkeypatch.setattr(operations, "post", answering)
        taken = [ask_authority(now=NOW + 5 * HOUR) for _ in range(6)]
        assert taken == [1, 1, 1, 1, 1, 0]
        assert not read_stamping(now=NOW + 5 * HOUR).is_late
        settings.LEEWARD_STAMP_AUTHORITY = None
        stamp_hour(now=NOW + 6 * HOUR)
        assert ask_authority(now=NOW + 6 * HOUR) == 0
        assert read_stamping(now=NOW + 10 * HOUR).is_late  # the stamper itself stands still

    @pytest.mark.parametrize(
        "answer",
        [
            b"", b"<html>", MADE_UP.answer(b"no request", now=NOW),
            MADE_UP.answer(ask_for(bytes(32)).as_bytes(), now=NOW),
        ],
    )  # fmt: skip
    @pytest.mark.usefixtures("authority")
    def test_what_is_no_token_of_this_root_is_not_kept(self, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        stamp_hour(now=NOW)
        monkeypatch.setattr(operations, "post", lambda *_, **__: SimpleNamespace(status=200, is_cut=False, body=answer))
        assert ask_authority(now=NOW) == 0
        assert Stamp.objects.get().token is None


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")  # of a broken serial number
def test_tokens_are_accepted_by_tools_of_others_and_a_changed_root_is_refused(tmp_path: Path) -> None:
    root = os.urandom(32)
    request = ask_for(root)
    token = MADE_UP.answer(request.as_bytes(), now=NOW)
    assert take(token, request=request, root=root, certificates=MADE_UP.certificates).at == NOW
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "authority.pem").write_text(AUTHORITY.pem)
    changed = bytes([root[0] ^ 1]) + root[1:]

    def openssl(stamped: bytes) -> bool:
        (tmp_path / "root").write_bytes(stamped)
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-data", "root", "-in", "token", "-CAfile", "authority.pem"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0

    def client(stamped: bytes) -> bool:
        verifier = VerifierBuilder().add_root_certificate(MADE_UP.certificates[0]).build()
        return verifier.verify_message(decode_timestamp_response(token), stamped)

    assert openssl(root)
    assert not openssl(changed)
    assert client(root)
    with pytest.raises(Exception, match="Mismatch between messages"):
        client(changed)
    with pytest.raises(TokenRefused):
        verify(token, root=changed, certificates=MADE_UP.certificates)
    with pytest.raises(TokenRefused):
        verify(token, root=root, certificates=MadeUpAuthority(secret="another").certificates)
    for at in range(0, len(token), STRIDE):
        broken = token[:at] + bytes([token[at] ^ 1 << at % 8]) + token[at + 1 :]
        try:
            found = verify(broken, root=root, certificates=MADE_UP.certificates)
        except TokenRefused:
            continue
        assert found.at == NOW  # a certificate that came along and is not needed
    with pytest.raises(TokenRefused, match="Nonce"):
        take(token, request=ask_for(root), root=root, certificates=MADE_UP.certificates)
    with pytest.raises(AuthoritySilent):
        take(MADE_UP.answer(b"\x30\x00", now=NOW), request=request, root=root, certificates=MADE_UP.certificates)


def test_certificates_are_read_or_refused() -> None:
    assert read_certificates(AUTHORITY.pem) == MADE_UP.certificates
    assert "no stamping authority" in AUTHORITY.name
    for text in ("", "nothing", AUTHORITY.pem * 11):
        with pytest.raises(AuthorityMalformed):
            read_certificates(text)


def _stopped_at(target: int, act: Callable[[], object]) -> bool:
    """Do something and stop it before its n-th statement, as a process that dies there would be; whether it was."""

    class Stopped(Exception):
        pass

    steps = 0

    def step(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == target:
            raise Stopped
        return execute(*args)

    try:
        with transaction.atomic(), connection.execute_wrapper(step):
            act()
    except Stopped:
        return True
    return False


def first_content(sha256: str) -> bytes:
    return bytes(Content.objects.get(leaf__sha256=sha256).content)
