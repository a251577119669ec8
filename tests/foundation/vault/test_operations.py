"""Opening codes: the same work and the same answer for wrong, unknown and resting; limits per code, never global."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from leeward.foundation.counters.operations import read
from leeward.foundation.counters.rules import CounterState
from leeward.foundation.vault.errors import (
    CodeRefused,
    CodeTaken,
    SealBroken,
    TooManyAtOnce,
    TooManyTries,
)
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import (
    codes,
    count_network_try,
    destroy_code,
    forgive_network_try,
    harden_code,
    keep_code,
    new_code,
    open_code,
    open_text,
    renew_code,
    reseal_code,
    seal_text,
    slow,
    sweep_codes,
)
from leeward.foundation.vault.operations.tries import TRIED
from leeward.foundation.vault.rules.codes import Code
from leeward.foundation.vault.rules.lanes import Lane, share_places
from leeward.foundation.vault.rules.seals import CodeKeys, WorkFactor, derive_code_keys
from tests.counters import start_afresh

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    start_afresh()
    yield
    start_afresh()


def _kept(payload: str = "reference") -> Code:
    code = new_code()
    keep_code(sealed=harden_code(code=code), payload=payload, now=NOW)
    return code


def _with_other_secret(code: Code) -> Code:
    while True:
        other = new_code()
        if other.secret != code.secret:
            return Code(look_up=code.look_up, secret=other.secret)


def test_a_kept_code_opens_its_payload() -> None:
    code = _kept("7d1e")
    opened = open_code(code=code, now=NOW)
    assert (opened.look_up, opened.payload) == (code.look_up, "7d1e")
    assert "7d1e" not in repr(opened)


def test_an_opened_code_leads_to_another_payload_without_its_digits() -> None:
    code = _kept("7d1e")
    opened = open_code(code=code, now=NOW)
    again = reseal_code(opened=opened, payload="7d1e and a key")
    assert again.payload == open_code(code=code, now=NOW).payload == "7d1e and a key"
    destroy_code(look_up=code.look_up)
    with pytest.raises(CodeRefused):
        reseal_code(opened=opened, payload="too late")


def test_the_row_holds_neither_secret_nor_payload() -> None:
    code = _kept("submission-4711")
    row = AccessCode.objects.get(look_up=code.look_up)
    everything = b"|".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in vars(row).values()
    )
    assert code.secret.encode() not in everything
    assert b"submission-4711" not in everything


def test_a_look_up_number_is_used_once() -> None:
    code = _kept()
    with pytest.raises(CodeTaken):
        keep_code(sealed=harden_code(code=_with_other_secret(code)), payload="x", now=NOW)
    assert open_code(code=code, now=NOW).payload == "reference"


def test_wrong_unknown_and_resting_run_the_slow_hash_exactly_once_at_the_same_cost() -> None:
    code = _kept()
    wrong = _with_other_secret(code)
    resting = _kept()
    for _ in range(5):
        with pytest.raises(CodeRefused):
            open_code(code=_with_other_secret(resting), now=NOW)
    answers = set()
    for tried in (wrong, new_code(), resting, _with_other_secret(resting)):
        with patch.object(codes, "derive_code_keys", wraps=derive_code_keys) as derived:
            with pytest.raises(CodeRefused) as refused:
                open_code(code=tried, now=NOW)
            assert [call.kwargs["work"] for call in derived.call_args_list] == [slow.WORK_FACTOR]
        answers.add(str(refused.value))
    assert len(answers) == 1


def test_five_tries_then_rest_for_that_code_alone() -> None:
    code, neighbour = _kept(), _kept("other")
    wrong = _with_other_secret(code)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            open_code(code=wrong, now=NOW)
    with pytest.raises(CodeRefused):
        open_code(code=code, now=NOW + timedelta(seconds=59))
    assert open_code(code=neighbour, now=NOW).payload == "other"
    assert open_code(code=code, now=NOW + timedelta(seconds=61)).payload == "reference"
    assert read(kind=TRIED, name=f"|code|{code.look_up}", now=NOW) == CounterState()


def test_the_fifth_try_may_still_be_right() -> None:
    code = _kept()
    for _ in range(4):
        with pytest.raises(CodeRefused):
            open_code(code=_with_other_secret(code), now=NOW)
    assert open_code(code=code, now=NOW).payload == "reference"


def test_trying_while_resting_does_not_lengthen_the_rest() -> None:
    code = _kept()
    for _ in range(50):
        with pytest.raises(CodeRefused):
            open_code(code=_with_other_secret(code), now=NOW)
    assert open_code(code=code, now=NOW + timedelta(minutes=1, seconds=1)).payload == "reference"


def test_a_payload_moved_to_another_row_does_not_open() -> None:
    mine, theirs = _kept("mine"), _kept("theirs")
    stolen = AccessCode.objects.get(look_up=theirs.look_up)
    # A writer of the database gives her own row the whole of another one, and then everything but the verifier.
    AccessCode.objects.filter(look_up=mine.look_up).update(sealed=stolen.sealed)
    with pytest.raises(SealBroken):
        open_code(code=mine, now=NOW)
    AccessCode.objects.filter(look_up=mine.look_up).update(
        sealed=stolen.sealed, salt=stolen.salt, verifier_digest=stolen.verifier_digest
    )
    with pytest.raises(CodeRefused):
        open_code(code=mine, now=NOW)
    # Even with the other person's secret, the box stays bound to its own look-up number.
    with pytest.raises(SealBroken):
        open_code(code=Code(look_up=mine.look_up, secret=theirs.secret), now=NOW)


def test_another_pepper_opens_nothing(settings: pytest.FixtureRequest) -> None:
    code = _kept()
    settings.LEEWARD_CODE_PEPPER = "another pepper, as a thief of the database would have to guess"
    with pytest.raises(CodeRefused):
        open_code(code=code, now=NOW)


def test_one_run_more_than_there_are_places_is_refused_once_patience_is_over(settings: Any) -> None:
    code = new_code()
    inside = threading.Semaphore(0)
    leave = threading.Event()

    runs: list[int] = []

    def hashing(**_: object) -> CodeKeys:
        runs.append(1)
        inside.release()
        assert leave.wait(60)
        return CodeKeys(verifier=b"v" * 32, seal_key=b"k" * 32)

    with patch.object(codes, "derive_code_keys", hashing):
        places = share_places(settings.LEEWARD_SLOW_HASHES)[Lane.NEW_CODES]
        threads = [threading.Thread(target=harden_code, kwargs={"code": code}) for _ in range(places)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert inside.acquire(timeout=60)
        with patch.object(slow, "PATIENCE_SECONDS", 0), pytest.raises(TooManyAtOnce):
            harden_code(code=code)
        assert len(runs) == places
        leave.set()
        for thread in threads:
            thread.join()
    with pytest.raises(CodeRefused):
        open_code(code=code, now=NOW)


def test_a_network_is_held_after_twenty_tries_and_only_that_one() -> None:
    for _ in range(20):
        count_network_try(network="192.0.2.1", purpose="code", now=NOW)
    with pytest.raises(TooManyTries) as held:
        count_network_try(network="192.0.2.1", purpose="code", now=NOW)
    assert 1 <= held.value.retry_after_seconds <= 600
    count_network_try(network="192.0.2.2", purpose="code", now=NOW)
    count_network_try(network="192.0.2.1", purpose="other", now=NOW)
    forgive_network_try(network="192.0.2.1", purpose="code", now=NOW)
    count_network_try(network="192.0.2.1", purpose="code", now=NOW)
    count_network_try(network="192.0.2.1", purpose="code", now=NOW + timedelta(minutes=10))


@pytest.mark.usefixtures("real_hashes")
def test_the_real_work_factor_is_sixty_four_mebibytes() -> None:
    assert WorkFactor(memory_kib=65536, passes=3, lanes=1) == slow.WORK_FACTOR
    began = time.process_time()
    code = _kept()
    assert open_code(code=code, now=NOW).payload == "reference"
    # Two runs took real work: a guess in a microsecond would mean that the slow hash has gone missing.
    assert time.process_time() - began > 0.05


def test_codes_live_as_long_as_what_they_open() -> None:
    code = _kept()
    row = AccessCode.objects.get(look_up=code.look_up)
    assert (row.expires_on.day, row.expires_on.isoformat()) == (1, "2028-04-01")
    renew_code(look_up=code.look_up, now=NOW + timedelta(days=400))
    assert sweep_codes(now=NOW + timedelta(days=800), limit=10) == 0
    assert sweep_codes(now=NOW + timedelta(days=1500), limit=10) == 1
    with pytest.raises(CodeRefused):
        open_code(code=code, now=NOW)


def test_a_destroyed_code_opens_nothing() -> None:
    code = _kept()
    destroy_code(look_up=code.look_up)
    destroy_code(look_up=code.look_up)
    with pytest.raises(CodeRefused):
        open_code(code=code, now=NOW)


def test_small_sealed_texts_open_for_their_own_purpose_only() -> None:
    box = seal_text("{}", purpose="visit")
    assert open_text(box, purpose="visit") == "{}"
    for broken in ("", "é", "a", box[:-4], box + "AAAA", box.swapcase()):
        with pytest.raises(SealBroken):
            open_text(broken, purpose="visit")
    with pytest.raises(SealBroken):
        open_text(box, purpose="token")


def test_what_left_under_an_earlier_secret_comes_back_while_that_is_a_fall_back(settings: Any) -> None:
    before, earlier = seal_text("a visit", purpose="visit"), settings.SECRET_KEY
    settings.SECRET_KEY = "another secret of the web process, as long as it should be"
    with pytest.raises(SealBroken):
        open_text(before, purpose="visit")
    settings.SECRET_KEY_FALLBACKS = ["one that is older still", earlier]
    assert open_text(before, purpose="visit") == "a visit"
    with pytest.raises(SealBroken):
        open_text(before, purpose="another")
    after = seal_text("a visit", purpose="visit")
    settings.SECRET_KEY_FALLBACKS = []
    assert open_text(after, purpose="visit") == "a visit"
