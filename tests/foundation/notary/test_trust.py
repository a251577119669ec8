"""Whom a stranger believes: attacks on `leeward verify-log`, each served by a web server of its own."""

import http.server
import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from django.core.management import CommandError, call_command

from demo.stamping import MadeUpAuthority
from leeward.foundation.notary.rules.leaves import Leaf, digest_of
from leeward.foundation.notary.rules.notes import Checkpoint, SignerKey, sign
from leeward.foundation.notary.rules.succession import KEY_KIND, KeyChange
from leeward.foundation.stamps.rules.authorities import ask_for
from tests.foundation.notary.made_up_log import KEY, ORIGIN, served, tree

THIEF = SignerKey(name=ORIGIN, private=bytes(32))
NEXT = SignerKey(name=ORIGIN, private=bytes([7] * 32))
AUTHORITY = MadeUpAuthority(secret="of strangers' days")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOON.date()

type Files = dict[str, bytes]


class Log:
    """A log as a server has it: what was published, signed by these keys."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.contents: list[bytes] = []
        self.stamps: Files = {}

    def publish(self, name: str, *, on: date = TODAY, kind: str = "thing", content: bytes | None = None) -> None:
        published = name.encode() if content is None else content
        self.leaves.append(Leaf(kind=kind, name=name, on=on, sha256=digest_of(published)))
        self.contents.append(published)

    def copy(self) -> Self:
        other = type(self)()
        other.leaves, other.contents, other.stamps = [*self.leaves], [*self.contents], {**self.stamps}
        return other

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(origin=ORIGIN, size=len(self.leaves), root=tree([each.content for each in self.leaves]).root)

    def stamp(self, at: datetime) -> None:
        token = AUTHORITY.answer(ask_for(self.checkpoint.text.encode()).as_bytes(), now=at)
        self.stamps[f"stamps/{len(self.leaves)}.tsr"] = token

    def files(self, *signers: SignerKey, keys: tuple[SignerKey, ...] = ()) -> Files:
        sizes = sorted(int(path.split("/")[1].removesuffix(".tsr")) for path in self.stamps)
        return {
            **served([each.content for each in self.leaves]),
            **{f"leaves/{number}/content": content for number, content in enumerate(self.contents)},
            **self.stamps,
            "stamps": "".join(f"{size}\n" for size in sizes).encode(),
            "checkpoint": sign(self.checkpoint, signers or (KEY,)).encode(),
            "key": "".join(f"{key.verifier.text}\n" for key in (keys or signers or (KEY,))).encode(),
        }


@pytest.fixture
def serve() -> Iterator[Callable[[Files], str]]:
    """Serve files as a log at the address that is returned; the newest ones count."""
    now: Files = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = now.get(self.path.removeprefix("/notary/"))
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def show(files: Files) -> str:
        now.clear()
        now.update(files)
        return f"http://127.0.0.1:{server.server_port}"

    yield show
    server.shutdown()
    server.server_close()


@pytest.fixture
def verify(serve: Callable[[Files], str], tmp_path: Path) -> Callable[..., str]:
    (tmp_path / "authority.pem").write_text(AUTHORITY.pem)

    def run(files: Files, *said: object) -> str:
        out = io.StringIO()
        call_command("verify_log", serve(files), *map(str, said), stdout=out, stderr=out)
        return out.getvalue()

    return run


@pytest.fixture
def log() -> Log:
    made = Log()
    for name in ("one", "two", "three"):
        made.publish(name)
    return made


type Verify = Callable[..., str]


class TestKeys:
    def test_a_key_that_is_only_served_beside_the_real_one_forges_nothing(
        self, verify: Verify, log: Log, tmp_path: Path
    ) -> None:
        kept = tmp_path / "kept.txt"
        verify(log.files(), "--kept", kept)
        before = kept.read_text()
        forged = log.copy()
        forged.publish("forged")
        for signers in ((THIEF,), (THIEF, NEXT)):
            with pytest.raises(CommandError, match="with --key"):
                verify(forged.files(*signers, keys=(*signers, KEY)), "--kept", kept)
        with pytest.raises(CommandError, match="with --key"):
            verify(forged.files(THIEF, keys=(THIEF,)), "--kept", kept)
        assert kept.read_text() == before
        log.publish("four")
        assert "goes on from the checkpoint that you kept" in verify(log.files(), "--kept", kept)

    def test_what_is_kept_has_only_signatures_that_were_believed(
        self, verify: Verify, log: Log, tmp_path: Path
    ) -> None:
        """Else a stranger's line under an honest checkpoint would make their key one that signed what was kept."""
        kept = tmp_path / "kept.txt"
        verify(log.files(), "--kept", kept)
        verify(log.files(KEY, THIEF, keys=(KEY, THIEF)), "--kept", kept)
        assert kept.read_text() == sign(log.checkpoint, [KEY])
        forged = log.copy()
        forged.publish("forged")
        with pytest.raises(CommandError, match="with --key"):
            verify(forged.files(THIEF, keys=(THIEF, KEY)), "--kept", kept)

    def test_a_lost_key_s_successor_is_believed_with_key_alone(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        kept = tmp_path / "kept.txt"
        verify(log.files(), "--kept", kept)
        change(log, signers=(NEXT,), signs=(NEXT,), ends=(KEY,))
        files = log.files(NEXT, keys=(NEXT, KEY))
        with pytest.raises(CommandError, match=r"it ended with 3 leaves.*--key"):
            verify(files, "--kept", kept)
        verify(files, "--kept", kept, "--key", NEXT.verifier.text)
        log.publish("later")
        assert "goes on from" in verify(log.files(NEXT, keys=(NEXT, KEY)), "--kept", kept)

    def test_a_successor_counts_by_the_old_key_s_signature(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        kept, overlap, later = (tmp_path / f"{name}.txt" for name in ("kept", "overlap", "later"))
        verify(log.files(), "--kept", kept)
        change(log, signers=(NEXT, KEY), signs=(NEXT, KEY))
        for file in (kept, overlap):
            verify(log.files(NEXT, KEY), "--kept", file)
        change(log, signers=(NEXT, KEY), signs=(NEXT,), ends=(KEY,))
        honest = log.files(NEXT, keys=(NEXT, KEY))
        verify(honest, "--kept", kept)
        for known in (KEY, NEXT):  # right after, by whoever knows one of them alone
            verify(honest, "--kept", later, "--key", known.verifier.text)
        for files in (log.files(KEY), log.files(KEY, keys=(NEXT, KEY))):  # by whoever has the retired key
            for file in (kept, overlap):
                with pytest.raises(CommandError, match="with --key"):
                    verify(files, "--kept", file)
            with pytest.raises(CommandError, match="it ended with 4 leaves"):
                verify(files, "--key", KEY.verifier.text)

    def test_a_retired_key_s_thief_cannot_use_what_it_signed_elsewhere(self, verify: Verify, log: Log) -> None:
        change(log, signers=(KEY,), signs=(KEY, NEXT), number=9)
        with pytest.raises(CommandError, match="signed for another place"):
            verify(log.files(KEY))
        forged = Log()
        forged.publish("one")
        change(forged, signers=(THIEF,), signs=(THIEF,))
        with pytest.raises(CommandError, match="with --key"):
            verify(forged.files(THIEF), "--key", KEY.verifier.text)

    def test_a_kept_file_that_is_damaged_says_how_it_is_mended(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        kept = tmp_path / "kept.txt"
        for content in (b"", b"half a check", b"\xff"):
            kept.write_bytes(content)
            with pytest.raises(CommandError, match="put it aside"):
                verify(log.files(), "--kept", kept)
            assert kept.read_bytes() == content


class TestComparing:
    def test_two_futures_show_when_two_compare(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        mine, theirs = tmp_path / "mine.txt", tmp_path / "theirs.txt"
        other = log.copy()
        log.publish("for me")
        other.publish("for them")
        verify(log.files(), "--kept", mine)
        verify(other.files(), "--kept", theirs)
        verify(log.files(), "--kept", mine)  # each alone sees nothing
        with pytest.raises(CommandError, match="two futures"):
            verify(log.files(), "--kept", mine, "--compare", theirs)
        other.publish("more for them")
        verify(other.files(), "--kept", theirs)
        with pytest.raises(CommandError, match="shown 5 leaves"):
            verify(log.files(), "--kept", mine, "--compare", theirs)
        theirs.write_text(sign(other.checkpoint, [THIEF]))
        with pytest.raises(CommandError, match="is not signed by"):
            verify(log.files(), "--compare", theirs)

    def test_one_log_is_the_same_for_both(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        theirs = tmp_path / "theirs.txt"
        verify(log.files(), "--kept", theirs)
        log.publish("more")
        assert "is of the same log: it held 3 leaves then" in verify(log.files(), "--compare", theirs)


class TestDays:
    def test_a_leaf_of_today_that_claims_a_day_of_years_ago_is_found(
        self, verify: Verify, log: Log, tmp_path: Path
    ) -> None:
        authority = tmp_path / "authority.pem"
        log.stamp(NOON + timedelta(minutes=5))
        log.publish("backdated", on=date(2024, 1, 1))
        with pytest.raises(CommandError, match="Leaf 3 is backdated"):
            verify(log.files(), "--authority", authority)

    def test_where_stamps_are_left_out_nothing_is_called_proven(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        authority = tmp_path / "authority.pem"
        log.publish("backdated", on=date(2024, 1, 1))
        log.publish("honest")
        log.stamp(NOON + timedelta(minutes=5))
        told = verify(log.files(), "--authority", authority)
        assert "The days of 4 leaves are proven" in told
        assert "Not proven are the days of leaves 3." in told
        log.publish("later", on=date(2026, 11, 25))
        told = verify(log.files(), "--authority", authority)
        assert "Days are not proven since 2026-11-25: leaf 5 and later ones have no stamp." in told

    def test_a_day_that_has_not_come_is_false_too(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        log.publish("later", on=date(2026, 12, 24))
        log.stamp(NOON)
        with pytest.raises(CommandError, match="Leaf 3 claims the day 2026-12-24"):
            verify(log.files(), "--authority", tmp_path / "authority.pem")

    def test_without_an_authority_no_day_is_claimed(self, verify: Verify, log: Log, tmp_path: Path) -> None:
        assert "No day is proven: no stamping authority" in verify(log.files())
        log.stamp(NOON)
        assert "No day is proven: 1 checkpoints are stamped" in verify(log.files())
        (tmp_path / "other.pem").write_text(MadeUpAuthority(secret="another").pem)
        told = verify(log.files(), "--authority", tmp_path / "other.pem")
        assert "Stamps that do not hold under these certificates: of 3 leaves." in told
        assert "The days of 0 leaves are proven" in told


class TestContents:
    def test_bytes_that_are_not_those_of_the_leaf_are_found(self, verify: Verify, log: Log) -> None:
        files = log.files()
        assert "The bytes of 3 leaves are those" in verify(files)
        with pytest.raises(CommandError, match="leaves/1/content are not those"):
            verify({**files, "leaves/1/content": b"two and more"})

    def test_what_could_not_be_fetched_is_said(self, verify: Verify, log: Log) -> None:
        files = log.files()
        for number in (0, 2):
            del files[f"leaves/{number}/content"]
        told = verify(files)
        assert "The bytes of 1 leaves are those" in told
        assert "could not be fetched: leaves 0, 2." in told


def change(
    log: Log,
    *,
    signers: tuple[SignerKey, ...],
    signs: tuple[SignerKey, ...],
    ends: tuple[SignerKey, ...] = (),
    number: int | None = None,
) -> None:
    """Put a change of keys into the log, as its sealer does."""

    made = KeyChange(
        origin=ORIGIN,
        number=len(log.leaves) if number is None else number,
        signs=tuple(key.verifier for key in signs),
        ends=tuple(key.verifier for key in ends),
    )
    log.publish(made.name, kind=KEY_KIND, content=made.sign(signers))
