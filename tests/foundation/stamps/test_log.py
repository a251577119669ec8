"""What others say of the public log: an authority's time stamps, which openssl checks, and witnesses' cosignatures."""

import hashlib
import io
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aics_tlog
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from demo.stamping import MadeUpAuthority
from demo.witnessing import MadeUpWitness, made_up_witnesses, write_policy
from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.errors import NoteMalformed
from leeward.foundation.notary.models import CheckpointToken
from leeward.foundation.notary.operations import enter, found_log, seal
from leeward.foundation.notary.queries import log_keys, read_head, served_checkpoint, stamped_sizes
from leeward.foundation.notary.rules.notes import Checkpoint, SignerKey, WitnessKey, sign
from leeward.foundation.notary.rules.trees import Root, has_grown
from leeward.foundation.notary.rules.witnesses import Request, Witness, read_policy, read_request
from leeward.foundation.reach.errors import BrokenOff
from leeward.foundation.stamps import operations
from leeward.foundation.stamps.operations import ask_witnesses, stamp_checkpoint
from leeward.foundation.stamps.rules.authorities import Authority
from tests.foundation.notary.made_up_log import leaf, tree

NOW = datetime(2026, 11, 28, 21, 17, tzinfo=UTC)
AUTHORITY = MadeUpAuthority(secret="of the log")
NOBODY = SimpleNamespace(status=503, is_cut=False, body=b"")


@pytest.fixture(autouse=True)
def log(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_URL = tmp_path / "keys", "https://leeward.example"
    settings.LEEWARD_STAMP_AUTHORITY, settings.LEEWARD_WITNESSES = None, ()


def publish(*names: str, now: datetime = NOW) -> None:
    found_log(by=Actor.operator(), now=now)
    for name in names:
        enter(kind="thing", name=name, content=name.encode(), now=now)
    seal(now=now)


@pytest.fixture
def authority(settings: Any, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The nation names one; `at` is what its clock says, None where it is silent; `asked` counts."""
    state = SimpleNamespace(at=NOW, asked=0)

    def answer(_url: str, *, body: bytes, **_: object) -> Any:
        state.asked += 1
        if state.at is None:
            raise BrokenOff
        return SimpleNamespace(status=200, is_cut=False, body=AUTHORITY.answer(body, now=state.at))

    settings.LEEWARD_STAMP_AUTHORITY = Authority(url="https://stamps.example/", certificates=AUTHORITY.certificates)
    monkeypatch.setattr(operations, "post", answer)
    return state


@pytest.mark.django_db
class TestStamps:
    def test_openssl_accepts_the_stamp_of_the_newest_checkpoint(
        self, authority: SimpleNamespace, client: Client, tmp_path: Path
    ) -> None:
        assert client.get("/notary/checkpoint.tsr").status_code == 404
        publish("a", "b")
        assert (stamp_checkpoint(now=NOW), stamp_checkpoint(now=NOW), authority.asked) == (1, 0, 1)
        checkpoint = client.get("/notary/checkpoint").content.decode()
        answer = client.get("/notary/checkpoint.tsr")
        assert answer.headers["Content-Type"] == "application/timestamp-reply"
        (tmp_path / "token").write_bytes(answer.content)
        (tmp_path / "authority.pem").write_text(AUTHORITY.pem)

        def openssl(text: str) -> bool:
            (tmp_path / "text").write_text(text)
            done = subprocess.run(
                ["openssl", "ts", "-verify", "-data", "text", "-in", "token", "-CAfile", "authority.pem"],
                cwd=tmp_path, capture_output=True, check=False,
            )  # fmt: skip
            return done.returncode == 0

        text = "".join(f"{line}\n" for line in checkpoint.split("\n")[:3])
        assert openssl(text)
        assert not openssl(text.replace("\n2\n", "\n3\n"))
        assert client.get("/notary/stamps").content == b"2\n"
        assert client.get("/notary/stamps/2.tsr").content == answer.content
        assert client.get("/notary/stamps/2.txt").content.decode() == text
        for path in ("stamps/0.tsr", "stamps/1.txt", "stamps/3.tsr"):
            assert client.get(f"/notary/{path}").status_code == 404

    def test_a_silent_authority_stops_no_publication_and_the_page_says_since_when(
        self, authority: SimpleNamespace, client: Client
    ) -> None:
        authority.at = None
        publish("a")
        for minutes in (0, 5, 9):
            assert stamp_checkpoint(now=NOW + timedelta(minutes=minutes)) == 0
        assert authority.asked == 1
        publish("b", now=NOW + timedelta(days=1))
        head = read_head()
        assert head is not None
        assert head.size == 2
        page = client.get("/notary").content.decode()
        assert "Days are not proven since 28 November 2026, the first day of the log" in page
        assert "Not proven: no stamping authority has seen this leaf" in client.get("/notary/leaves/0").content.decode()
        authority.at = NOW + timedelta(days=1)
        assert stamp_checkpoint(now=NOW + timedelta(days=1)) == 1
        publish("c", now=NOW + timedelta(days=2))
        page = client.get("/notary").content.decode()
        assert "with 2 leaves" in page
        assert "Days are not proven since 30 November 2026" in page
        assert "Proven to within a day" in client.get("/notary/leaves/1").content.decode()

    def test_no_checkpoint_is_stamped_while_a_leaf_waits_and_no_earlier_one_ever(
        self, authority: SimpleNamespace
    ) -> None:
        """A stamp that came late would make honest leaves of the days between look backdated."""
        publish("a")
        enter(kind="thing", name="waits", content=b"", now=NOW)
        assert stamp_checkpoint(now=NOW + timedelta(days=4)) == 0
        assert authority.asked == 0
        seal(now=NOW + timedelta(days=4))
        authority.at = NOW + timedelta(days=4)
        assert stamp_checkpoint(now=NOW + timedelta(days=4)) == 1
        assert stamped_sizes() == (2,)
        assert CheckpointToken.objects.get().unproven == 2  # each was four days old when an authority first saw it

    @pytest.mark.usefixtures("authority")
    def test_a_token_of_something_else_is_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        publish("a")
        for body in (b"", b"<html>", AUTHORITY.answer(b"no request", now=NOW)):
            monkeypatch.setattr(
                operations, "post", lambda *_, body=body, **__: SimpleNamespace(status=200, is_cut=False, body=body)
            )
            assert stamp_checkpoint(now=NOW) == 0
        assert stamped_sizes() == ()


@pytest.fixture
def witnesses(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[MadeUpWitness, ...]:
    """The nation names two, which answer as the standard says."""
    made = made_up_witnesses(secret="of these tests", folder=tmp_path / "witnesses")
    settings.LEEWARD_WITNESSES = read_policy(write_policy(made, url="https://witnesses.example"))
    by_url = {
        f"{each.url}/add-checkpoint": witness for each, witness in zip(settings.LEEWARD_WITNESSES, made, strict=True)
    }

    def post(url: str, *, body: bytes, **_: object) -> Any:
        answer = by_url[url].answer(body, keys=log_keys(), now=NOW)
        return SimpleNamespace(status=int(answer.status), is_cut=False, body=answer.body.encode())

    monkeypatch.setattr(operations, "post", post)
    return made


@pytest.mark.django_db
class TestWitnesses:
    def test_both_cosign_and_a_tool_of_others_counts_them(
        self, witnesses: tuple[MadeUpWitness, ...], client: Client
    ) -> None:
        publish("a")
        assert (ask_witnesses(now=NOW), ask_witnesses(now=NOW)) == (2, 0)
        for size in range(2, 9):  # each time with a proof that the log has only grown
            publish(f"more {size}", f"and more {size}")
            assert ask_witnesses(now=NOW) == 2
        note = aics_tlog.parse_note(client.get("/notary/checkpoint").content)
        keys = [aics_tlog.parse_vkey(each.key.text) for each in witnesses]
        checked = aics_tlog.verify_checkpoint(note, aics_tlog.parse_vkey(log_keys()[0].text), keys)
        assert checked.ok
        assert checked.log_ok
        assert checked.cosignature_count == 2

    def test_a_witness_that_was_asked_by_others_is_asked_from_where_it_stands(
        self, witnesses: tuple[MadeUpWitness, ...]
    ) -> None:
        publish("a", "b", "c")
        head = read_head()
        assert head is not None
        for each in witnesses:  # a monitor has brought it the checkpoint; the log knows nothing of that
            assert each.answer(Request(old=0, proof=(), note=head.note).body, keys=log_keys(), now=NOW).status == 200
        publish("d")
        assert ask_witnesses(now=NOW) == 2

    def test_a_second_history_gets_no_cosignature(self, witnesses: tuple[MadeUpWitness, ...]) -> None:
        signer, first = SignerKey(name="log.example/notary", private=bytes(range(32))), witnesses[0]
        contents = [leaf(number).content for number in range(7)]
        other = [leaf(99).content, *contents[1:]]

        def ask(leaves: list[bytes], *, old: int, proof: tuple[bytes, ...] | None = None) -> Any:
            whole = tree(leaves)
            note = sign(Checkpoint(origin=signer.name, size=len(leaves), root=whole.root), [signer])
            shown = whole.prove_growth(old) if proof is None and old <= len(leaves) else (proof or ())
            return first.answer(Request(old=old, proof=shown, note=note).body, keys=[signer.verifier], now=NOW)

        assert ask(contents[:4], old=0).status == 200
        assert ask(other, old=4).status == 422
        assert ask(contents, old=4, proof=(bytes(32),)).status == 422
        conflict = ask(contents, old=0)
        assert (conflict.status, conflict.body, conflict.media_type) == (409, "4\n", "text/x.tlog.size")
        assert ask(contents, old=9).status == 400
        assert ask(contents, old=4).status == 200
        assert ask(other, old=7).status == 422
        assert ask(contents, old=7).status == 200  # the same again
        thief = SignerKey(name=signer.name, private=bytes(32))
        request = Request(old=7, proof=(), note=sign(Checkpoint(origin=signer.name, size=7, root=bytes(32)), [thief]))
        assert first.answer(request.body, keys=[signer.verifier], now=NOW).status == 403
        away = SignerKey(name="elsewhere.example", private=bytes(32))
        request = Request(old=7, proof=(), note=sign(Checkpoint(origin=away.name, size=7, root=bytes(32)), [away]))
        assert first.answer(request.body, keys=[signer.verifier], now=NOW).status == 404
        assert first.answer(b"nonsense", keys=[signer.verifier], now=NOW).status == 400

    def test_a_silent_one_is_left_alone_and_a_forged_answer_is_not_kept(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = WitnessKey(name="w.example", public=bytes(32))
        settings.LEEWARD_WITNESSES = (Witness(key=key, url="https://w.example"),)
        asked: list[bytes] = []
        monkeypatch.setattr(operations, "post", lambda *_, body, **__: (asked.append(body), NOBODY)[1])
        publish("a")
        for minutes in (0, 5, 9):
            assert ask_witnesses(now=NOW + timedelta(minutes=minutes)) == 0
        assert len(asked) == 1
        forged = SimpleNamespace(status=200, is_cut=False, body="— w.example AAAAAAAAAAA=\n".encode())
        monkeypatch.setattr(operations, "post", lambda *_, **__: forged)
        assert ask_witnesses(now=NOW + timedelta(hours=1)) == 0
        assert "w.example" not in served_checkpoint()


@pytest.mark.django_db(transaction=True)
def test_a_stranger_asks_for_a_witness_by_its_key(
    witnesses: tuple[MadeUpWitness, ...], live_server: Any, settings: Any
) -> None:
    settings.LEEWARD_URL = live_server.url

    def verify(*said: str) -> str:
        out = io.StringIO()
        call_command("verify_log", live_server.url, *said, stdout=out, stderr=out)
        return out.getvalue()

    publish("a")
    one, two = (each.key.text for each in witnesses)
    with pytest.raises(CommandError, match="has not cosigned"):
        verify("--witness", one)
    ask_witnesses(now=NOW)
    told = verify("--witness", one, "--witness", two)
    assert "The witness made-up-witness.example/one saw it at 2026-11-28 21:17:00 UTC." in told
    assert "made-up-witness.example/two" in told
    with pytest.raises(CommandError, match="given twice"):
        verify("--witness", one, "--witness", one)
    with pytest.raises(CommandError, match="not a key of a witness"):
        verify("--witness", log_keys()[0].text)
    # A log that the witness has not seen, signed by the real key.
    publish("b")
    with pytest.raises(CommandError, match="has not cosigned"):
        verify("--witness", one)


class TestForms:
    def test_a_cosignature_has_the_id_and_the_text_of_the_standard(self) -> None:
        witness = made_up_witnesses(secret="x", folder=Path("/nowhere"))[0]
        ours = witness.key
        by_hand = hashlib.sha256(ours.name.encode() + b"\n\x04" + ours.public).digest()[:4]
        assert ours.id == by_hand
        assert aics_tlog.format_vkey(aics_tlog.cosignature_vkey(ours.name, ours.public)) == ours.text
        assert WitnessKey.read(ours.text) == ours

    def test_growth_is_proven_as_a_tool_of_others_proves_it(self) -> None:
        contents = [leaf(number).content for number in range(40)]
        roots = [tree(contents[:size]).root for size in range(41)]
        for new in range(1, 41):
            whole = tree(contents[:new])
            for old in range(new + 1):
                proof = whole.prove_growth(old)
                mine, theirs = Root(size=old, root=roots[old]), Root(size=new, root=roots[new])
                assert has_grown(mine, theirs, proof=proof), (old, new)
                if 0 < old < new:
                    assert aics_tlog.verify_consistency(old, new, roots[old], roots[new], list(proof))
                    for wrong in (proof[:-1], (*proof, roots[1]), (bytes(32), *proof[1:])):
                        assert not has_grown(mine, theirs, proof=wrong), (old, new)
                    assert not has_grown(Root(size=old, root=bytes(32)), theirs, proof=proof)
                    assert not has_grown(mine, Root(size=new, root=bytes(32)), proof=proof)

    def test_requests_and_policies_are_read_as_they_are_written(self) -> None:
        request = Request(old=5, proof=(bytes(32), bytes(range(32))), note="a\n1\nx\n\n— a AAAA\n")
        assert read_request(request.body) == request
        for wrong in (b"", b"old 05\n\nx", b"old 5\n!!\n\nx", b"old 5\nAAAA\n\nx", b"new 5\n\nx", b"\xff"):
            with pytest.raises(NoteMalformed):
                read_request(wrong)
        key = made_up_witnesses(secret="x", folder=Path("/nowhere"))[0].key
        [found] = read_policy(f"# ours\nlog x\nwitness one {key.text} https://w.example/\nquorum one\n")
        assert (found.key, found.url) == (key, "https://w.example")
        for wrong in ("", "witness one", f"witness one {key.text} ftp://x", f"witness a {key.text} https://a\n" * 2):
            with pytest.raises(NoteMalformed):
                read_policy(wrong)
