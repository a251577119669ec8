"""A pack: valid for the tools of others, and whatever is changed in it is named."""

import io
import json
import os
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bagit
import pytest
from django.core.management import CommandError, call_command

from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.errors import PackUnreadable, PathRefused
from leeward.foundation.checking.management.commands import check_pack as command
from leeward.foundation.checking.rules.bags import FILES_MOST, TAG_MANIFEST, opened_bag, write_bag, write_manifest
from leeward.foundation.checking.rules.packs import CHECKER, SIGNATURE, Line, Trust, Verdict, check_pack
from leeward.foundation.notary.rules.leaves import digest_of
from leeward.foundation.notary.rules.notes import SignerKey, read_unsigned, sign
from leeward.foundation.signing.rules.verifying import read_keys
from leeward.foundation.stamps.rules.times import CHECKPOINT, PROOFS
from tests.foundation.checking import made_up_pack
from tests.foundation.checking.made_up_pack import AUTHORITY, ISSUER, NOW, archive, files, issuer_text, status_list
from tests.foundation.notary.made_up_log import KEY, ORIGIN, served

HOLDS, BROKEN, UNCHECKED = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCHECKED


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return files()


@pytest.fixture(scope="module")
def trust() -> Trust:
    return Trust(
        now=NOW,
        keys=read_keys(issuer_text()),
        lists=lambda address: status_list() if address == f"{ISSUER.url}/issuer/status/1" else None,
        log_keys=(KEY.verifier,),
        certificates=AUTHORITY.certificates,
        checker_sha256=check_page().sha256,
    )


def check(made: dict[str, bytes], trust: Trust) -> tuple[Line, ...]:
    with opened_bag(io.BytesIO(archive(made))) as bag:
        return check_pack(bag, replace(trust, now=datetime.now(UTC)))


def verdicts(lines: tuple[Line, ...]) -> set[Verdict]:
    return {line.verdict for line in lines}


def unpack(made: dict[str, bytes], folder: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(archive(made))).extractall(folder)
    return folder / "pages"


def test_a_whole_pack_is_right_in_each_question(whole: dict[str, bytes], trust: Trust) -> None:
    lines = check(whole, trust)
    assert verdicts(lines) == {HOLDS}, lines
    said = "\n".join(line.words for line in lines)
    for words in (
        "All 5 files in data/", "Signed by Fairhaven (https://leeward.example/issuer) on 2026-11-29T09:41:07Z",
        "2 things are in the tree", "on 2026-11-28 at 10:00:09 UTC", "leaf 20 of a signed checkpoint of 28 leaves",
        "chains of custody of 1 entries", "page that this version",
        "Event 2 of data/custody/001.jsonl holds its digest, and is in the tree of 2026-11-28 10:00 UTC.",
    ):  # fmt: skip
        assert words in said


@pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning")  # bagit's own
def test_it_is_a_bag_for_the_library_of_congress_and_for_sha256sum(whole: dict[str, bytes], tmp_path: Path) -> None:
    folder = unpack(whole, tmp_path)
    assert bagit.Bag(str(folder)).is_valid()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "-c", manifest], cwd=folder, check=True)
    picture = folder / "data" / made_up_pack.EXHIBIT
    content = bytearray(picture.read_bytes())
    content[4_000] ^= 1
    picture.write_bytes(content)
    assert not bagit.Bag(str(folder)).is_valid()
    done = subprocess.run(["sha256sum", "-c", "manifest-sha256.txt"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1
    assert archive(whole) == archive(whole)


def test_one_changed_byte_of_any_file_is_found_and_the_file_is_named(whole: dict[str, bytes], trust: Trust) -> None:
    for path, content in whole.items():
        at = len(content) // 2
        lines = check({**whole, path: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]}, trust)
        broken = [line for line in lines if line.verdict is BROKEN]
        assert broken, path
        assert path == TAG_MANIFEST or any(line.path == path for line in broken), (path, broken)


def test_what_is_missing_added_or_beside_is_named(whole: dict[str, bytes], trust: Trust) -> None:
    for path in whole:
        if path == "bagit.txt":
            continue
        lines = check({name: content for name, content in whole.items() if name != path}, trust)
        assert BROKEN in verdicts(lines), path
    [line] = [line for line in check({**whole, "data/more.txt": b"x"}, trust) if line.verdict is BROKEN]
    assert (line.path, line.words) == ("data/more.txt", "was put in: manifest-sha256.txt does not name it")
    made = io.BytesIO(archive(whole))
    with zipfile.ZipFile(made, "a") as stray:
        stray.writestr("beside.html", "x")
    with opened_bag(made) as bag:
        assert [line.path for line in check_pack(bag, trust) if line.verdict is BROKEN] == ["beside.html"]


def forge(whole: dict[str, bytes], change: Callable[[Any], None]) -> dict[str, bytes]:
    """The pack with other proofs, and lists of files that fit them: by somebody who knows how."""
    told = json.loads(whole[PROOFS])
    change(told)
    return remade({**whole, PROOFS: json.dumps(told).encode()})


def remade(made: dict[str, bytes]) -> dict[str, bytes]:
    inside = {path.removeprefix("data/"): content for path, content in made.items() if path.startswith("data/")}
    own = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", TAG_MANIFEST}
    beside = {path: content for path, content in made.items() if not path.startswith("data/") and path not in own}
    return write_bag(inside, beside, on=NOW.date())


def test_whoever_writes_the_lists_anew_still_cannot_forge_age_or_signature(
    whole: dict[str, bytes], trust: Trust
) -> None:
    def broken(made: dict[str, bytes]) -> list[str]:
        return [line.path for line in check(made, trust) if line.verdict is BROKEN]

    assert broken(remade(whole)) == []
    later = b'{"words":"another story"}'
    assert broken(remade({**whole, "data/words/001-1.json": later})) == ["manifest.jwt", "data/words/001-1.json"]
    for change in (
        lambda told: told["things"][0].update(at="2026-11-28T09:41:08Z"),
        lambda told: told["things"][0].update(size=5),
        lambda told: told["things"][0].update(salt="00" * 32),
        lambda told: told["things"][0].update(path="data/items.json"),
        lambda told: told["things"][0].update(path="check.html"),
        lambda told: told["things"][0].update(hour="2026-11-28T11:00:00Z"),
        lambda told: told["things"][1].update(line=2),
        lambda told: told["things"][1].update(line=99),
        lambda told: told["things"][1].update(index=-1),
        lambda told: told["hours"][0].update(root="0" * 64),
        lambda told: told["hours"][0].update(token="times/2026-11-28T10.root"),
        lambda told: told["days"][0].update(number=3),
        lambda told: told["days"][0].update(size=29),
        lambda told: told["days"][0].update(path=PROOFS),
        lambda told: told["days"][0].update(text="{}"),
        lambda told: told.update(format="leeward-times:2"),
        lambda told: told.update(things="none"),
    ):
        assert broken(forge(whole, change)), change
    other = SignerKey(name=ORIGIN, private=bytes(32)).verifier
    assert broken_with(whole, replace(trust, log_keys=(other,))) == ["times/2026-11-28.json"]
    strange = made_up_pack.RSAKey.generate_key(2048).as_dict(private=False)
    assert broken_with(whole, replace(trust, keys=read_keys(json.dumps(dict(strange))))) == ["manifest.jwt"]
    certificates = made_up_pack.MadeUpAuthority(secret="another").certificates
    assert broken_with(whole, replace(trust, certificates=certificates)) == ["times/2026-11-28T10.tsr"]


def broken_with(made: dict[str, bytes], trust: Trust) -> list[str]:
    return [line.path for line in check(made, trust) if line.verdict is BROKEN]


def test_without_keys_nothing_is_called_right_that_needs_them(whole: dict[str, bytes]) -> None:
    lines = check(whole, Trust(now=NOW))
    assert BROKEN not in verdicts(lines)
    assert [line.path for line in lines if line.verdict is UNCHECKED] == [
        "manifest.jwt", "times/2026-11-28T10.tsr", "times/2026-11-28.json",
    ]  # fmt: skip


def test_a_broken_chain_of_custody_is_named_with_its_event(whole: dict[str, bytes], trust: Trust) -> None:
    first, _second, third, rest = whole["data/custody/001.jsonl"].split(b"\n")
    lines = check(remade({**whole, "data/custody/001.jsonl": b"\n".join([first, third, rest])}), trust)
    assert ("data/custody/001.jsonl", "Event 2 does not follow on the one before.") in {
        (line.path, line.words) for line in lines if line.verdict is BROKEN
    }


def test_of_an_exhibit_it_is_said_where_its_digest_stands_and_whether_that_has_a_stamp(
    whole: dict[str, bytes], trust: Trust
) -> None:
    def said(made: dict[str, bytes]) -> set[tuple[Verdict, str]]:
        lines = check(made, trust)
        return {(line.verdict, line.words) for line in lines if line.path == f"data/{made_up_pack.EXHIBIT}"}

    young = "Event 2 of data/custody/001.jsonl holds its digest, and had no stamp when the pack was made."
    assert said(forge(whole, lambda told: told["things"].pop())) == {(UNCHECKED, young)}
    assert said(forge(whole, lambda told: told["things"][1].update(salt="00" * 32))) == {(UNCHECKED, young)}
    foreign = remade({**whole, f"data/{made_up_pack.EXHIBIT}": b"another picture"})
    assert said(foreign) == {(BROKEN, "No chain of custody holds its digest, so nothing says when it was added.")}
    without = remade({path: content for path, content in whole.items() if path != PROOFS})
    assert (UNCHECKED, young) in said(without)


def test_the_file_of_an_hours_root_is_that_of_its_tree(whole: dict[str, bytes], trust: Trust) -> None:
    """`openssl` is given this file: another root with a token of its own would pass for this pack's."""
    path = "times/2026-11-28T10.root"

    def wrong(made: dict[str, bytes]) -> list[str]:
        return [line.path for line in check(remade(made), trust) if line.verdict is BROKEN]

    assert wrong(whole) == []
    for content in (bytes(32), b"", whole[path][:-1]):
        assert wrong({**whole, path: content}) == [path]
    assert wrong({name: content for name, content in whole.items() if name != path}) == [path]


def test_what_is_no_pack_is_refused(whole: dict[str, bytes]) -> None:
    good = archive(whole)
    for content in (b"", b"PK", good[:-40], good[:2_000]):
        with pytest.raises(PackUnreadable), opened_bag(io.BytesIO(content)) as bag:
            bag.flaws()
    for names, words in (
        (["a/data/1"], "no bagit.txt"),
        (["a/bagit.txt", "a/bagit.txt"], "the same name"),
        (["a/bagit.txt", *(f"a/{number}" for number in range(FILES_MOST))], "larger than any pack"),
    ):
        made = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as wrong:
            warnings.simplefilter("ignore")
            for name in names:
                wrong.writestr(name, b"")
        with pytest.raises(PackUnreadable, match=words), opened_bag(made):
            pass
    for path in ("../a", "/a", "a b", "a\nb", "", ".a", "a//b"):
        with pytest.raises(PathRefused):
            write_manifest({path: "0" * 64})


def whole_log(made: dict[str, bytes]) -> dict[str, bytes]:
    """What the log serves that a pack's checkpoint is of."""
    return served(made_up_pack.logged(made))


def signed_anew(made: dict[str, bytes]) -> dict[str, bytes]:
    """The same files with the digests of what was changed, and no word of the page."""
    tags = {path: content for path, content in made.items() if path.startswith("times/") or path == SIGNATURE}
    return write_bag(made_up_pack.payload(), {**tags, CHECKER: made[CHECKER]}, on=NOW.date())


class TestCommand:
    @pytest.fixture
    def folder(self, tmp_path: Path, whole: dict[str, bytes]) -> Path:
        (tmp_path / "pages.zip").write_bytes(archive(whole))
        (tmp_path / "issuer.json").write_text(issuer_text())
        (tmp_path / "authority.pem").write_text(AUTHORITY.pem)
        return tmp_path

    def run(self, folder: Path, *said: str) -> tuple[int, str]:
        out = io.StringIO()
        try:
            call_command("check_pack", str(folder / "pages.zip"), *said, stdout=out, stderr=out)
        except CommandError as error:
            return error.returncode, f"{out.getvalue()}{error}"
        return 0, out.getvalue()

    def test_what_it_cannot_prove_stands_first_and_what_it_could_not_check_is_said(self, folder: Path) -> None:
        code, said = self.run(folder)
        assert code == 3
        assert said.startswith(
            "What this cannot prove: that what the pages show is true, or that nothing was left out."
        )
        assert "not checked: manifest.jwt: There is a signature." in said
        code, said = self.run(
            folder, "--keys", str(folder / "issuer.json"), "--authority", str(folder / "authority.pem"),
            "--log-key", KEY.verifier.text,
        )  # fmt: skip
        assert code == 3
        assert said.count("not checked") == 1
        assert "needs the signer's status list" in said

    def test_the_nations_address_is_asked_for_keys_and_no_address_of_the_pack(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, whole: dict[str, bytes]
    ) -> None:
        asked: list[str] = []
        answers = {
            "/issuer": issuer_text(), "/issuer/status/1": status_list(), "/check/authority.pem": AUTHORITY.pem,
        }  # fmt: skip
        monkeypatch.setattr(command, "fetching", lambda _site: nullcontext(whole_log(whole).__getitem__))

        def read(place: str) -> str:
            asked.append(place)
            return answers[place.removeprefix("https://leeward.example")]

        monkeypatch.setattr(command, "read_place", read)
        code, said = self.run(folder, "--from", "https://leeward.example/")
        assert (code, said.splitlines()[-1]) == (0, "Everything that was asked is right.")
        assert set(asked) == {f"https://leeward.example{path}" for path in answers}
        asked.clear()
        answers |= {"/check/authority.pem": command.NO_AUTHORITY}
        answers_elsewhere = {f"https://other.example{path}": text for path, text in answers.items()}
        monkeypatch.setattr(command, "read_place", lambda place: (asked.append(place), answers_elsewhere[place])[1])
        code, said = self.run(folder, "--from", "https://other.example")
        assert code == 3  # the keys are those of the issuer that the record names, and its list lies elsewhere
        assert not [place for place in asked if "leeward.example" in place]
        assert "give the authority's certificates" in said

    def test_a_root_that_came_into_the_log_later_is_looked_for_there(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        early = files(in_log=False)
        [hour] = json.loads(early[PROOFS])["hours"]
        (folder / "pages.zip").write_bytes(archive(early))
        content = json.dumps({"day": "2026-11-28", "roots": [{"hour": hour["hour"], "root": hour["root"]}]}).encode()
        leaf = made_up_pack.Leaf(
            kind="stamps", name="2026-11-28", on=made_up_pack.date(2026, 11, 29), sha256=digest_of(content)
        )
        log = {**served([leaf.content]), "leaves/0/content": content}
        monkeypatch.setattr(command, "fetching", lambda _site: nullcontext(log.__getitem__))
        monkeypatch.setattr(
            command, "read_place",
            lambda place: {"issuer": issuer_text(), "key": KEY.verifier.text, "authority.pem": AUTHORITY.pem}.get(
                place.rpartition("/")[2], status_list()
            ),
        )  # fmt: skip
        code, said = self.run(folder, "--from", "https://leeward.example")
        assert code == 0, said
        assert "The public log holds the tree of 2026-11-28 10:00 UTC: leaf 0 of 1." in said
        log["leaves/0/content"] = content.replace(b"roots", b"stems")
        code, said = self.run(folder, "--from", "https://leeward.example")
        assert code == 3
        assert "was not in the public log yet" in said

    @pytest.fixture
    def site(self, monkeypatch: pytest.MonkeyPatch, whole: dict[str, bytes]) -> dict[str, bytes]:
        """What the nation's log serves; its other addresses answer as they should."""
        log = whole_log(whole)
        monkeypatch.setattr(command, "fetching", lambda _site: nullcontext(log.__getitem__))
        monkeypatch.setattr(
            command, "read_place",
            lambda place: {"issuer": issuer_text(), "authority.pem": AUTHORITY.pem}.get(
                place.rpartition("/")[2], status_list()
            ),
        )  # fmt: skip
        return log

    def test_a_key_beside_the_logs_own_signs_for_nothing(
        self, folder: Path, site: dict[str, bytes], whole: dict[str, bytes]
    ) -> None:
        """Whoever answers in the site's place can add a key there; the log's own has not signed for it."""
        stranger = SignerKey(name=ORIGIN, private=bytes(range(1, 33)))
        site["key"] += f"{stranger.verifier.text}\n".encode()
        assert self.run(folder, "--from", ISSUER.url)[0] == 0
        forged = dict(whole)
        point = read_unsigned(forged[CHECKPOINT].decode())
        forged[CHECKPOINT] = sign(point, [stranger]).encode()
        (folder / "pages.zip").write_bytes(archive(signed_anew(forged)))
        for known in ([], ["--key", KEY.verifier.text]):
            code, said = self.run(folder, "--from", ISSUER.url, *known)
            assert (code, "WRONG: times/2026-11-28.json: The proof of the public log does not hold." in said) == (
                1,
                True,
            )

    def test_a_log_with_new_keys_alone_is_refused_and_the_way_out_is_named(
        self, folder: Path, site: dict[str, bytes]
    ) -> None:
        kept = folder / "kept.txt"
        code, said = self.run(folder, "--from", ISSUER.url, "--kept", str(kept))
        assert (code, KEY.verifier.text in said) == (0, True)
        before = kept.read_bytes()
        assert before.decode().startswith(ORIGIN)
        stranger = SignerKey(name=ORIGIN, private=bytes(range(1, 33)))
        genuine = site["checkpoint"]
        site["checkpoint"] = sign(read_unsigned(genuine.decode()), [stranger]).encode()
        for keys in ([stranger], [KEY, stranger]):
            site["key"] = "".join(f"{each.verifier.text}\n" for each in keys).encode()
            code, said = self.run(folder, "--from", ISSUER.url, "--kept", str(kept))
            assert (code, "give it with --key" in said) == (1, True)
            assert kept.read_bytes() == before
        site["checkpoint"] = genuine
        code, said = self.run(folder, "--from", ISSUER.url, "--kept", str(kept))
        assert (code, "Compare them" in said) == (0, False)

    def test_a_checkpoint_that_the_log_does_not_go_on_from_is_wrong(self, folder: Path, site: dict[str, bytes]) -> None:
        """The log's own key has signed two futures: the one in the pack is not the one at its address."""
        site.clear()
        site.update(served([made_up_pack.leaf(number).content for number in range(40)]))
        code, said = self.run(folder, "--from", ISSUER.url)
        assert (code, "The log has two futures" in said) == (1, True)

    def test_a_damaged_pack_names_its_file(self, folder: Path, whole: dict[str, bytes]) -> None:
        (folder / "pages.zip").write_bytes(archive({**whole, "data/exhibits/001.jpg": made_up_pack.PICTURE[:-1]}))
        code, said = self.run(folder)
        assert code == 1
        assert "WRONG: data/exhibits/001.jpg: was changed or damaged" in said
        (folder / "pages.zip").write_bytes(archive(whole)[:5_000])
        code, said = self.run(folder)
        assert (code, "no ZIP archive" in said) == (1, True)

    @pytest.mark.slow
    def test_it_runs_where_nothing_is_installed_or_set(self, folder: Path) -> None:
        leeward = str(Path(sys.executable).with_name("leeward"))
        done = subprocess.run(
            [leeward, "check-pack", "pages.zip", "--keys", "issuer.json"],
            cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 3, done.stderr
        assert "right: manifest.jwt: Signed by Fairhaven" in done.stdout
