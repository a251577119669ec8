"""The check without the list: what a platform learns, what we keep, what is refused, how epochs follow each other."""

import base64
import hashlib
import itertools
import logging
import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hashmatch.blind import MARK_BITS, OUTPUT_BYTES, blind_input, mark_of, voprf
from hashmatch.blind.checking import BlindChecker
from hashmatch.digests import FileDigests
from hashmatch.errors import FeedRefusedError, MissingPackageError
from hashmatch.feed import FeedClient
from hashmatch.feed import Keys as ClientKeys
from hashmatch.hashes import Md5Hash, Sha256Hash
from hashmatch.snapshot import open_header, read_block
from hashmatch.variants import Level
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.models import Disclosure, Draw, Entry
from leeward.industry.bank.operations import (
    open_submission,
    publish_pending,
    record_answers,
    withdraw_hash,
    withdraw_submission,
)
from leeward.industry.bank.queries import find_submission, withdrawn_digests
from leeward.industry.bank.rules import (
    AbuseKind,
    AnswerState,
    EntryStatus,
    FeedbackValue,
    HashType,
    MediaKind,
    NewAnswer,
    NewHash,
    NewPicture,
)
from leeward.industry.exchange import blind, rules, snapshots
from leeward.industry.exchange.blind import check_blind, prepare_blind_list, prepare_if_possible, trace_outputs
from leeward.industry.exchange.management.commands.snapshots import Command as SnapshotsWorker
from leeward.industry.exchange.models import BlindEpoch, BlindOutput, BlindUse, Snapshot, SnapshotBlock
from leeward.industry.exchange.operations import enrol_platform
from leeward.industry.exchange.rules import BlindItem, ExchangeVerb, bucket_of, longest_prefix, spans_of
from leeward.industry.exchange.snapshots import find_snapshot, found_snapshots, snapshot_keys
from leeward.industry.platforms.operations import suspend_platform
from leeward.industry.platforms.queries import find_partner_by_name
from tests.industry.bridge import Bridge
from tests.industry.conftest import NOW, PERSON, Keys, md5, pdq
from tests.industry.staff_people import signed_in
from tests.industry.together import run_together
from tests.plans import plan_of

pytestmark = pytest.mark.django_db


def sha256(name: object) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()


def digests(name: object) -> FileDigests:
    return FileDigests(Md5Hash.from_hex(md5(name)), Sha256Hash.from_hex(sha256(name)))


def protect(name: object, *kinds: HashType) -> uuid.UUID:
    """Somebody protects a file; returns the reference of the submission."""
    values = {HashType.PDQ: pdq(name), HashType.SHA256: sha256(name)}
    hashes = tuple(
        NewHash(hash_type=kind, value=values.get(kind, md5(name)), quality=90 if kind is HashType.PDQ else None)
        for kind in kinds or (HashType.PDQ, HashType.MD5, HashType.SHA256)
    )
    kind = MediaKind.VIDEO if HashType.VIDEO_MD5 in kinds else MediaKind.IMAGE
    reference = uuid.uuid4()
    pictures = [NewPicture(kind=kind, hashes=hashes)]
    open_submission(reference=reference, pictures=pictures, abuse_kind=AbuseKind.SHARED, by=PERSON, now=NOW)
    return reference


def prepare(*, days: float = 0) -> int:
    publish_pending(now=NOW)
    return prepare_blind_list(now=timezone.now() + timedelta(days=days))


def ask(keys: Keys, *names: object) -> list[tuple[bool, bool]]:
    """Whether each of these files is known by its SHA-256, and by its MD5, as our own client learns it."""
    with FeedClient("https://site", ClientKeys(fetch_key=keys.fetch_key), session=Bridge(), attempts=1) as client:  # type: ignore[arg-type]
        return [(one.sha256, one.md5) for one in BlindChecker(client).check([digests(name) for name in names])]


def terms(keys: Keys) -> dict[str, Any]:
    answer: dict[str, Any] = Client().get("/api/v1/blind", headers=bearer(keys)).json()
    return answer


def bearer(keys: Keys) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.fetch_key}"}


def post(keys: Keys, body: Any) -> Any:
    return Client().post("/api/v1/blind", body, content_type="application/json", headers=bearer(keys))


def body_for(keys: Keys, *names: object) -> dict[str, Any]:
    told = terms(keys)
    return {
        "epoch": told["epoch"],
        "prefix_bits": told["prefix_bits"],
        "items": [
            {
                "prefix": mark_of(text) >> (MARK_BITS - told["prefix_bits"]),
                "element": encoded(voprf.blind_text(text).element),
            }
            for text in (blind_input("sha256", bytes.fromhex(sha256(name))) for name in names)
        ],
    }


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def outputs(answer: Any) -> set[bytes]:
    found = set()
    for bucket in answer.json()["buckets"]:
        content = base64.b64decode(bucket["outputs"])
        found |= {content[place : place + OUTPUT_BYTES] for place in range(0, len(content), OUTPUT_BYTES)}
    return found


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# --- what a platform learns -------------------------------------------------------------------------------------------


def test_a_platform_learns_whether_a_file_is_known_and_by_what(alpha: Keys) -> None:
    protect("both")
    protect("digest", HashType.SHA256)
    protect("video", HashType.VIDEO_MD5)
    protect("picture alone", HashType.PDQ)
    assert prepare() == 4
    assert ask(alpha, "both", "digest", "video", "picture alone", "unknown") == [
        (True, True),
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]


@pytest.mark.postgresql
def test_a_withdrawn_hash_is_gone_at_once_and_another_persons_stays(alpha: Keys) -> None:
    gone, _kept = protect("gone"), protect("kept")
    protect("shared")
    of_two = protect("shared")
    prepare()
    withdraw_submission(reference=gone, by=PERSON, now=timezone.now())
    withdraw_submission(reference=of_two, by=PERSON, now=timezone.now())
    withdraw_hash(value=sha256("kept"), reason="a test", by=Actor.operator(), now=timezone.now())
    assert BlindOutput.objects.count() == 6  # the worker has not been here yet
    for _ in range(2):  # the feed does not say so yet; then it does
        assert ask(alpha, "gone", "kept", "shared") == [(False, False), (False, True), (True, True)]
        publish_pending(now=timezone.now())
    prepare()
    assert BlindOutput.objects.count() == 3
    again = protect("gone")
    prepare()
    assert ask(alpha, "gone") == [(True, True)]
    withdraw_submission(reference=again, by=PERSON, now=timezone.now())
    assert ask(alpha, "gone") == [(False, False)]


def test_a_platform_without_the_list_is_never_given_it_and_all_else_is_open(alpha: Keys) -> None:
    issued = enrol_platform(name="Small", without_list=True, by=Actor.operator(), now=NOW).issued
    small = Keys(issued.partner, issued.fetch_key, issued.feedback_key, issued.submit_key, issued.subscription_key)
    protect("a")
    prepare()
    both = {"x-functions-key": small.fetch_key, "Ocp-Apim-Subscription-Key": small.subscription_key}
    assert code(Client().get("/api/v1/hashes", headers=bearer(small))) == (403, "without_list")
    assert code(Client().get("/api/v1/snapshot", headers=bearer(small))) == (403, "without_list")
    assert code(Client().get("/exchange/v1/FetchHashes", headers=both)) == (403, "without_list")
    assert Client().get("/api/v1/hashes", headers=bearer(alpha)).status_code == 200
    assert ask(small, "a") == [(True, True)]
    answer = Client().post(
        "/api/v1/feedback",
        {"feedback": [{"hash": sha256("a"), "value": "PendingReview"}]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {small.feedback_key}"},
    )
    assert answer.json()["results"][0]["result"] == "recorded"


def test_only_a_fetch_key_of_a_platform_that_is_not_suspended_opens_the_door(alpha: Keys) -> None:
    protect("a")
    prepare()
    body = body_for(alpha, "a")
    wrong = {"Authorization": f"Bearer {alpha.feedback_key}"}
    assert code(Client().get("/api/v1/blind")) == (401, "key_missing")
    assert code(Client().get("/api/v1/blind", headers=wrong)) == (403, "key_of_another_endpoint")
    suspend_platform(partner=alpha.partner, reason="a test", by=Actor.operator(), now=NOW)
    assert code(Client().get("/api/v1/blind", headers=bearer(alpha))) == (403, "suspended")
    assert code(post(alpha, body)) == (403, "suspended")
    assert not BlindUse.objects.exists()


# --- what we learn and keep -------------------------------------------------------------------------------------------


def test_nothing_but_counts_is_kept_and_nothing_is_logged(alpha: Keys, caplog: pytest.LogCaptureFixture) -> None:
    protect("a")
    prepare()
    before = AuditEvent.objects.count(), Disclosure.objects.count(), list(Draw.objects.values_list("last_fetch_at"))
    with caplog.at_level(logging.DEBUG):
        body = body_for(alpha, "a", "b")
        assert post(alpha, body).status_code == 200
        ask(alpha, "a")
    use = BlindUse.objects.get()
    assert (use.platform_id, use.calls, use.checked) == (alpha.partner.id, 2, 4)
    assert before == (
        AuditEvent.objects.count(),
        Disclosure.objects.count(),
        list(Draw.objects.values_list("last_fetch_at")),
    )
    said = caplog.text
    assert not any(item["element"] in said for item in body["items"])
    assert sha256("a") not in said


@pytest.mark.postgresql
def test_a_prefix_is_as_long_as_every_bucket_has_enough(alpha: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blind, "BUCKET_LEAST", 8)
    references = [protect(number, HashType.SHA256) for number in range(60)]
    prepare()
    told = terms(alpha)
    assert told["prefix_bits"] > 0
    marks = [mark_of(blind_input("sha256", bytes.fromhex(sha256(number)))) for number in range(60)]
    sizes = dict.fromkeys(range(1 << told["prefix_bits"]), 0)
    for mark in marks:
        sizes[mark >> (MARK_BITS - told["prefix_bits"])] += 1
    assert min(sizes.values()) >= 8
    # An answer holds the buckets that were asked for, and the platform's canaries beside what stands there.
    answer = post(alpha, body_for(alpha, 0))
    (bucket,) = answer.json()["buckets"]
    assert len(base64.b64decode(bucket["outputs"])) == OUTPUT_BYTES * (sizes[bucket["prefix"]] + 3)
    assert base64.b64decode(bucket["outputs"]) == b"".join(sorted(outputs(answer)))
    assert ask(alpha, *range(60), 99) == [(True, False)] * 60 + [(False, False)]
    # After withdrawals the prefix is shorter, in the same epoch, and an old call is told to ask again.
    old = body_for(alpha, 1)
    for reference in references[:40]:
        withdraw_submission(reference=reference, by=PERSON, now=timezone.now())
    prepare()
    assert terms(alpha)["epoch"] == told["epoch"]
    assert terms(alpha)["prefix_bits"] < told["prefix_bits"]
    assert code(post(alpha, old)) == (410, "old_epoch")
    assert ask(alpha, *range(60)) == [(False, False)] * 40 + [(True, False)] * 20
    # The canaries are the same ones, or their coming and going would give them away.
    shorter = terms(alpha)["prefix_bits"]
    ((who, _, count),) = trace_outputs(outputs(post(alpha, body_for(alpha, 59))))
    assert (who.name, count) == ("Alpha", 3 << (told["prefix_bits"] - shorter))


@given(st.dictionaries(st.integers(0, 65_535), st.integers(1, 50), max_size=40), st.integers(1, 100))
def test_the_longest_prefix_leaves_no_bucket_short_and_a_longer_one_would(counts: dict[int, int], least: int) -> None:
    bits = longest_prefix(counts, least=least)

    def smallest(bits: int) -> int:
        sizes = [0] * (1 << bits)
        for mark, count in counts.items():
            sizes[bucket_of(mark, bits=bits)] += count
        return min(sizes)

    assert bits == 0 or smallest(bits) >= least
    assert bits == MARK_BITS or smallest(bits + 1) < least


@given(st.integers(0, 8).flatmap(lambda bits: st.tuples(st.just(bits), st.sets(st.integers(0, (1 << bits) - 1)))))
def test_spans_hold_just_the_marks_of_their_buckets(given_: tuple[int, set[int]]) -> None:
    bits, prefixes = given_
    spans = spans_of(prefixes, bits=bits)
    assert all(first[1] < second[0] for first, second in itertools.pairwise(spans))
    held = {bucket_of(mark, bits=bits) for low, high in spans for mark in (low, (low + high) // 2, high - 1)}
    assert held <= prefixes
    assert sum(high - low for low, high in spans) == len(prefixes) << (MARK_BITS - bits)


def test_a_found_list_names_the_platform_whose_it_was(
    alpha: Keys, beta: Keys, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    protect("a")
    prepare()
    of_alpha, of_beta = (post(keys, body_for(keys, "a")) for keys in (alpha, beta))
    shared = outputs(of_alpha) & outputs(of_beta)
    assert len(shared) == 2  # SHA-256 and MD5 of the file
    assert len(outputs(of_alpha)) == len(outputs(of_beta)) == 5
    assert trace_outputs(shared) == []
    assert [(who.name, count) for who, _, count in trace_outputs(outputs(of_beta))] == [("Beta", 3)]
    found = tmp_path / "found.txt"
    found.write_text(of_alpha.json()["buckets"][0]["outputs"], encoding="utf-8")
    prepare(days=7)  # also once the epoch is over
    call_command("trace_blind_list", str(found))
    assert "Alpha: 3" in capsys.readouterr().out


# --- what is refused --------------------------------------------------------------------------------------------------


def changed(body: dict[str, Any], **item: Any) -> dict[str, Any]:
    return body | {"items": [body["items"][0], body["items"][1] | item]}


def with_element(element: object) -> Callable[[dict[str, Any]], Any]:
    return lambda body: changed(body, element=encoded(element) if isinstance(element, bytes) else element)


# What is sent instead, the status, the code, and what the message names.
REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], int, str, str]] = {
    "identity": (with_element(bytes(32)), 400, "bad_element", "items[1].element"),
    "not canonical": (with_element(b"\xed" + b"\xff" * 30 + b"\x7f"), 400, "bad_element", "items[1].element"),
    "no point": (with_element(b"\1" * 32), 400, "bad_element", "items[1].element"),
    "too short": (with_element(b"\1" * 31), 400, "bad_body", "items[1].element"),
    "too long": (with_element(b"\1" * 33), 400, "bad_body", "items[1].element"),
    "the same bytes in other base64": (with_element("A" * 42 + "B="), 400, "bad_body", "items[1].element"),
    "no text": (with_element(3), 400, "bad_body", "items[1].element"),
    "prefix of too many bits": (lambda body: changed(body, prefix=1), 400, "bad_body", "items[1].prefix"),
    "prefix below nothing": (lambda body: changed(body, prefix=-1), 400, "bad_body", "items[1].prefix"),
    "twice the same": (lambda body: body | {"items": [body["items"][0]] * 2}, 409, "repeated", "more than once"),
    "too many": (lambda body: body | {"items": body["items"] * 126}, 400, "bad_body", "items"),
    "none": (lambda body: body | {"items": []}, 400, "bad_body", "items"),
    "old epoch": (lambda body: body | {"epoch": "0" * 16}, 410, "old_epoch", "epoch is over"),
    "other prefixes": (lambda body: body | {"prefix_bits": 4}, 410, "old_epoch", "prefixes"),
    "more fields": (lambda body: body | {"digest": "a"}, 400, "bad_body", "digest"),
    "no object": (lambda body: body["items"], 400, "bad_body", "object"),
}


@pytest.fixture
def listed(alpha: Keys) -> Keys:
    protect("a")
    prepare()
    return alpha


def test_each_bad_call_is_refused_clearly_and_nothing_is_half_done(listed: Keys) -> None:
    body = body_for(listed, "a", "b")
    for name, (change, status, expected, says) in REFUSED.items():
        answer = post(listed, change(body))
        assert code(answer) == (status, expected), name
        assert says in answer.json()["error"]["message"], name
        assert answer.json()["error"]["how"], name
    assert not BlindUse.objects.exists()
    assert post(listed, body).status_code == 200  # the good items of those calls were not used up
    assert BlindUse.objects.get().checked == 2


def test_a_call_is_answered_once(listed: Keys) -> None:
    body = body_for(listed, "a", "b")
    assert post(listed, body).status_code == 200
    assert code(post(listed, body)) == (409, "repeated")
    assert code(post(listed, body | {"items": body["items"][::-1]})) == (409, "repeated")
    assert BlindUse.objects.get().calls == 1


def test_elements_are_limited_by_the_minute_for_each_platform(
    listed: Keys, beta: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blind, "BLIND_ELEMENTS_PER_MINUTE", 3)
    assert post(listed, body_for(listed, "a", "b")).status_code == 200
    refused = post(listed, body_for(listed, "a", "b"))
    assert code(refused) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert post(beta, body_for(beta, "a")).status_code == 200
    assert BlindUse.objects.filter(platform=listed.partner.id).get().checked == 2


# --- epochs -----------------------------------------------------------------------------------------------------------


def test_there_is_nothing_to_check_against_before_the_worker_has_been_here(alpha: Keys) -> None:
    assert code(Client().get("/api/v1/blind", headers=bearer(alpha))) == (404, "no_blind_list")
    with pytest.raises(FeedRefusedError):
        ask(alpha, "a")


@pytest.mark.postgresql
def test_an_epoch_gives_way_to_another_key_and_its_own_is_gone(listed: Keys) -> None:
    first, body = terms(listed), body_for(listed, "a")
    values = set(BlindOutput.objects.values_list("output", flat=True))
    prepare(days=6)
    assert terms(listed) == first
    prepare(days=7)
    second = terms(listed)
    assert second["epoch"] != first["epoch"]
    assert second["public_key"] != first["public_key"]
    assert code(post(listed, body)) == (410, "old_epoch")
    assert ask(listed, "a", "b") == [(True, True), (False, False)]
    old = BlindEpoch.objects.get(name=first["epoch"])
    assert bytes(old.salt) == b""
    assert not old.outputs.exists()
    assert {bytes(one) for one in BlindOutput.objects.values_list("output", flat=True)}.isdisjoint(map(bytes, values))


def test_a_worker_that_is_stopped_goes_on_and_the_old_epoch_answers_meanwhile(
    listed: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        protect(number, HashType.SHA256)
    prepare()
    first = terms(listed)["epoch"]
    later = timezone.now() + timedelta(days=8)
    assert prepare_blind_list(now=later, limit=3) == 3
    assert terms(listed)["epoch"] == first
    assert ask(listed, 5) == [(True, False)]
    monkeypatch.setattr(blind, "evaluate_text", lambda *_: pytest.fail("the machine stops here"))
    with pytest.raises(pytest.fail.Exception):
        prepare_blind_list(now=later, limit=3)
    monkeypatch.undo()
    while prepare_blind_list(now=later, limit=3):
        pass
    assert terms(listed)["epoch"] != first
    assert ask(listed, *range(6), "a") == [(True, False)] * 6 + [(True, True)]
    assert BlindEpoch.objects.filter(begun_at__isnull=True).count() == 0


# What a worker reads before it writes: behind each of these another one may be quicker.
READS = (
    (snapshots, "all_partners"),
    (snapshots, "active_entries"),
    (blind, "feed_end"),
    (blind, "active_digests"),
    (blind, "_fitting_bits"),
)


def work() -> None:
    SnapshotsWorker().do_round(threading.Event())


def work_overtaken(step: int, overtake: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> bool:
    """A worker's round, and behind its read of this number all of `overtake`; whether it reads so often."""
    reads, me = itertools.count(1), threading.get_ident()

    def followed(read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(*given: Any, **named: Any) -> Any:
            found = read(*given, **named)
            if threading.get_ident() == me and next(reads) == step:
                overtake()
            return found

        return reading

    with monkeypatch.context() as patch:
        for module, name in READS:
            patch.setattr(module, name, followed(getattr(module, name)))
        work()
    return next(reads) > step


def hashes_in_snapshot(keys: Keys) -> set[str]:
    """All hashes of a platform's snapshot, which is signed and whole; no block is kept that it does not name."""
    served = find_snapshot(keys.partner, level=Level.FRAMES, now=timezone.now())
    header = open_header(served.head, {key.id: key.ed25519 for key in snapshot_keys()})
    contents = {row.pk: bytes(row.content) for row in SnapshotBlock.objects.all()}
    assert set(contents) == {block.sha256 for block in header.blocks}
    columns = [read_block(block, contents[block.sha256], number=0) for block in header.blocks]
    return {row.tobytes().hex() for each in columns for row in each["hash"]}


@pytest.mark.postgresql
def test_two_workers_begin_one_epoch_and_leave_one_snapshot_whoever_is_quicker(
    transactional_db: None, alpha: Keys, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    """One test for all: emptying every table between two of them would cost seconds."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    monkeypatch.setattr(rules, "SNAPSHOT_FROM_PLACES", 1)
    monkeypatch.setattr(blind, "BUCKET_LEAST", 2)
    found_snapshots(by=Actor.operator(), now=NOW)
    standing = {number: protect(number) for number in range(8)}
    names, begun = itertools.count(8), itertools.count(1)

    def change() -> None:
        """Somebody protects a file, and somebody else takes theirs back."""
        withdraw_submission(reference=standing.pop(min(standing)), by=PERSON, now=timezone.now())
        name = next(names)
        standing[name] = protect(name)
        publish_pending(now=timezone.now())

    def make_all_due() -> None:
        BlindEpoch.objects.filter(ended_at__isnull=True).update(begun_at=timezone.now() - timedelta(days=8))
        Snapshot.objects.update(made_at=timezone.now() - timedelta(days=2))
        change()

    def look() -> None:
        epoch = BlindEpoch.objects.get(ended_at__isnull=True)
        assert epoch.begun_at is not None
        assert not BlindEpoch.objects.exclude(pk=epoch.pk).exclude(salt=b"").exists()
        assert AuditEvent.objects.filter(verb=ExchangeVerb.BLIND_EPOCH_BEGUN.value).count() == next(begun)
        assert ask(alpha, *standing, "nobody's") == [(True, True)] * len(standing) + [(False, False)]
        given = set(Entry.objects.filter(status=EntryStatus.ACTIVE.value).values_list("value", flat=True))
        assert hashes_in_snapshot(alpha) == given

    def overtake() -> None:
        run_together([change])
        run_together([work])

    publish_pending(now=timezone.now())
    work()
    look()
    for step in itertools.count(1):
        make_all_due()
        is_overtaken = work_overtaken(step, overtake, monkeypatch)
        look()
        if not is_overtaken:
            break
    assert step > 8
    for _ in range(2):
        make_all_due()
        run_together([work, work])
        look()


def test_another_secret_of_the_server_begins_another_epoch(listed: Keys, settings: Any) -> None:
    first = terms(listed)["epoch"]
    settings.SECRET_KEY = "another secret, for this test alone"
    blind._derive.cache_clear()
    assert code(Client().get("/api/v1/blind", headers=bearer(listed))) == (404, "no_blind_list")
    prepare()
    assert terms(listed)["epoch"] != first
    assert ask(listed, "a") == [(True, True)]
    blind._derive.cache_clear()


def test_a_machine_without_libsodium_says_so_and_works_on(
    listed: Keys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lacks(*_: object) -> None:
        raise MissingPackageError("install 'hashmatch[blind]'")

    monkeypatch.setattr(blind, "_derive", lacks)
    assert prepare_if_possible(now=NOW) == 0
    assert code(Client().get("/api/v1/blind", headers=bearer(listed))) == (404, "no_blind_list")
    assert "hashmatch[blind]" in caplog.text


def test_old_counts_and_epochs_are_forgotten(listed: Keys) -> None:
    ask(listed, "a")
    prepare(days=8)
    assert BlindEpoch.objects.count() == 2
    prepare(days=8 + 731)
    assert BlindEpoch.objects.filter(ended_at__isnull=False).count() == 1
    assert not BlindUse.objects.exists()


def test_the_answer_is_signed_and_says_the_terms(listed: Keys) -> None:
    answer = Client().get("/api/v1/blind", headers=bearer(listed))
    assert answer.headers["Leeward-Signature"].startswith("keyid=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.json()["bucket_least"], answer.json()["elements_most"]) == (rules.BUCKET_LEAST, 250)
    assert Entry.objects.filter(hash_type="pdq", canary_for__isnull=True).count() == 1


def test_staff_see_how_much_a_platform_checks_and_that_it_has_no_list(alpha: Keys) -> None:
    enrol_platform(name="Small", without_list=True, by=Actor.operator(), now=NOW)
    small = find_partner_by_name("Small")
    officer = signed_in(Role.EXCHANGE_OFFICER)
    page, home = (
        reverse("exchange-platform", args=[small.public_id]),
        reverse("platforms-removal", args=[small.public_id]),
    )
    assert "It checks uploads without the list" in officer.get(page).content.decode()
    assert "Changes not fetched" not in officer.get(page).content.decode()
    assert "Has never checked an upload" in officer.get(home).content.decode()
    protect("a")
    prepare()
    check_blind(
        partner=small,
        epoch=BlindEpoch.objects.get().name,
        prefix_bits=0,
        items=[BlindItem(prefix=0, element=voprf.blind_text(name).element) for name in (b"a", b"b")],
        now=timezone.now(),
    )
    shown = " ".join(officer.get(page).content.decode().split())
    assert re.search(r"last 30 days\s*</dt>\s*<dd[^>]*>\s*2\s*</dd>", shown)
    assert "Has never checked an upload" not in officer.get(home).content.decode()
    assert "Last check without the list" in officer.get(home).content.decode()
    listed = officer.get(reverse("exchange-platforms")).content.decode()
    assert listed.count("Up to date") == 1
    assert listed.count("It has never come.") == 1
    assert (
        "It may draw the list"
        in officer.get(reverse("exchange-platform", args=[alpha.partner.public_id])).content.decode()
    )


def test_a_person_reads_nothing_of_a_platform_that_has_no_list_until_it_answers(alpha: Keys) -> None:
    enrol_platform(name="Small", without_list=True, by=Actor.operator(), now=NOW)
    reference = protect("a")

    def told() -> dict[str, AnswerState]:
        (shown,) = find_submission(reference, now=timezone.now()).pictures
        return {each.platform: each.state for each in shown.platforms}

    assert told() == {"Alpha": AnswerState.NOT_YET}
    answer = NewAnswer(value=sha256("a"), answer=FeedbackValue.PENDING_REVIEW)
    record_answers(partner=find_partner_by_name("Small"), answers=[answer], now=timezone.now())
    assert told() == {"Alpha": AnswerState.NOT_YET, "Small": AnswerState.PENDING_REVIEW}


def test_the_worker_does_not_rest_before_all_is_worked_out(
    alpha: Keys, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    for number in range(5):
        protect(number, HashType.SHA256)
    publish_pending(now=NOW)
    assert isinstance(prepare_blind_list.__kwdefaults__, dict)
    monkeypatch.setitem(prepare_blind_list.__kwdefaults__, "limit", 2)
    SnapshotsWorker().do_round(threading.Event())
    assert ask(alpha, *range(5)) == [(True, False)] * 5


def test_what_was_withdrawn_since_is_found_without_reading_all_entries(listed: Keys) -> None:
    withdrawn_digests(after=0)
    with CaptureQueriesContext(connection) as captured:
        withdrawn_digests(after=1)
    plans = []
    for number in range(len(captured.captured_queries)):
        shown = SimpleNamespace(captured_queries=captured.captured_queries[: number + 1])
        plans.append(plan_of(cast("CaptureQueriesContext", shown)))
    assert len(plans) == 2
    for plan in plans:
        assert not re.search(r"SCAN bank_entry(?! USING INDEX bank_entry_(pending|tombstones))|Seq Scan", plan), plan
        assert "hash_type=" not in plan, plan
