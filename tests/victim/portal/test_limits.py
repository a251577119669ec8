"""What may be sent is small and must look like hashes of pictures, by one rule at the page and at the server."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hashmatch.variants import MOST_SENT_FRAMES

from leeward.industry.bank.rules import HASHES_PER_IMAGE, HASHES_PER_VIDEO, PICTURES_PER_SUBMISSION, MediaKind
from leeward.victim.portal.errors import OlderHasher, PayloadRefused
from leeward.victim.portal.forms import PasteForm
from leeward.victim.portal.rules.payload import LONGEST_TEXT, MOST_PICTURES, VARIANTS, WEIGHT, read_pasted, read_payload
from leeward.victim.portal.rules.work import HASHES_PER_SHARE, LARGEST_NUMBER, SHARES, count_hashes, price_of
from leeward.victim.portal.words import HASHER_WORDS
from tests.made_up_hashes import made_up_family, made_up_frames

SHARED = json.loads(Path("hashmatch/vectors/payloads.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = SHARED["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_server_and_page_read_the_same_payloads_alike(case: dict[str, Any]) -> None:
    text = json.dumps(case["payload"])
    if case["refused_at"] is None:
        assert len(read_payload(text)) == len(case["payload"]["pictures"])
        assert read_pasted(text) == read_payload(text)
        return
    for read in (read_payload, read_pasted):
        with pytest.raises(PayloadRefused) as refused:
            read(text)
        assert f"hashes.{case['refused_at']} " in refused.value.what


def _largest() -> list[list[dict[str, Any]]]:
    """The largest sendings that the limits allow: whole families alone, whole videos alone."""
    chance = random.Random(1)
    names: dict[MediaKind, str] = {MediaKind.IMAGE: "native", MediaKind.VIDEO: "webcodecs"}

    def sending(kind: MediaKind, members: list[list[object]]) -> list[dict[str, Any]]:
        return [
            {
                "kind": kind.value,
                "path": names[kind],
                "approx": False,
                "md5": f"{chance.getrandbits(128):032x}",
                "sha256": f"{chance.getrandbits(256):064x}",
                "pdq": [[variant, value, 100] for variant, value, _ in members],
            }
            for _ in range(MOST_PICTURES // WEIGHT[kind])
        ]

    return [
        sending(MediaKind.IMAGE, made_up_family(chance)),
        sending(MediaKind.VIDEO, made_up_frames(chance, MOST_SENT_FRAMES)),
    ]


def test_the_largest_sending_is_under_every_bound(visitor: Any) -> None:
    for pictures in _largest():
        read = read_payload(json.dumps({"spec": "leeward-hashes:1", "pictures": pictures}))
        assert {len(picture.hashes) for picture in read} <= {len(VARIANTS[MediaKind.IMAGE]) + 2, MOST_SENT_FRAMES + 2}
        assert sum(len(picture["pdq"]) for picture in pictures) <= 600
        hashes = count_hashes(read)
        assert hashes <= HASHES_PER_SHARE // 2
        visitor.pass_gate()
        page = visitor.get("pictures").content.decode()
        token = page.split('data-token="')[1].split('"')[0]
        body = {
            "token": token,
            "consent": True,
            "proof": [LARGEST_NUMBER - 1] * price_of(hashes=hashes, share=SHARES - 1).sums,
            "hashes": {"spec": "leeward-hashes:1", "pictures": pictures},
        }
        assert len(json.dumps(body)) < LONGEST_TEXT, "spaces and all"
        assert len(json.dumps(body, separators=(",", ":"))) > 0.5 * LONGEST_TEXT
        assert visitor.send(body).json()["error"]["code"] == "no_work"  # it was read whole
    assert SHARED["limits"] == {
        "pictures": MOST_PICTURES,
        "video_counts_as": WEIGHT[MediaKind.VIDEO],
        "frames": MOST_SENT_FRAMES,
        "characters": LONGEST_TEXT,
    }
    assert len(VARIANTS[MediaKind.IMAGE]) + 2 <= HASHES_PER_IMAGE
    assert MOST_PICTURES <= PICTURES_PER_SUBMISSION
    assert HASHES_PER_VIDEO == 36 + 2, "what was sent before fewer frames were taken stays in the bank"


def test_more_is_sent_afterwards_up_to_what_one_code_holds(visitor: Any) -> None:
    visitor.pass_gate()
    bare = [visitor.picture(str(number), path="bytes", pdq=[]) for number in range(PICTURES_PER_SUBMISSION + 1)]

    def send(name: str, pictures: list[dict[str, Any]]) -> Any:
        page = visitor.get(name).content.decode()
        token, challenge = (page.split(f'data-{field}="')[1].split('"')[0] for field in ("token", "challenge"))
        body = {"token": token, "consent": True, "proof": visitor.prove(challenge, max(21, 2 * len(pictures)))}
        address = {"pictures": "send", "add": "add-send"}[name]
        return visitor.send(body | {"hashes": {"spec": "leeward-hashes:1", "pictures": pictures}}, address)

    assert send("pictures", bare[:31]).json()["error"]["code"] == "bad_hashes"
    assert send("pictures", bare[:30]).status_code == 201
    assert send("add", bare[30:]).json()["error"]["code"] == "too_many"
    assert send("add", bare[30:50]).status_code == 201


def test_the_page_says_the_limit_before_it_is_met(visitor: Any) -> None:
    visitor.pass_gate()
    assert "At most 30 pictures at a time; a video counts as two" in visitor.get("paste").content.decode()
    assert "{most} pictures at a time. A video counts as two." in HASHER_WORDS["tooMany"]


@pytest.mark.django_db
def test_an_older_offline_page_gets_a_clear_answer_and_its_text_stays(visitor: Any) -> None:
    """It took 36 frames of a video: nothing is taken, nothing is lost, and the words say what to do."""
    chance = random.Random(36)
    for frames, is_older in ((MOST_SENT_FRAMES, False), (MOST_SENT_FRAMES + 1, True), (36, True), (37, False)):
        film = visitor.picture("film", kind="video", path="webcodecs", pdq=made_up_frames(chance, frames))
        text = json.dumps({"spec": "leeward-hashes:1", "pictures": [film]})
        if frames == MOST_SENT_FRAMES:
            assert len(read_payload(text)[0].hashes) == MOST_SENT_FRAMES + 2
            continue
        with pytest.raises(PayloadRefused) as refused:
            read_payload(text)
        assert isinstance(refused.value, OlderHasher) is is_older
        form = PasteForm({"codes": text})
        assert not form.is_valid()
        assert ("older offline page" in str(form.errors["codes"])) is is_older
        assert form["codes"].value() == text
