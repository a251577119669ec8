"""Only the short list of hashes gets in: anything else is refused in words, and never with a fault of ours."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.industry.bank.rules import HashType, MediaKind
from leeward.victim.portal.errors import NothingToSend, PayloadRefused
from leeward.victim.portal.rules.payload import MOST_PICTURES, read_pasted, read_payload, read_pictures
from tests.depth import times

HEX = "0123456789abcdef" * 4
NEAR = "f" + HEX[1:-1] + "0"
PICTURE: dict[str, Any] = {
    "kind": "image",
    "path": "native",
    "approx": False,
    "md5": HEX[:32],
    "sha256": HEX,
    "pdq": [["upright", HEX, 97], ["crop20", NEAR, 50]],
}
VIDEO = PICTURE | {"kind": "video", "path": "webcodecs", "pdq": [["frame", HEX, 88], ["frame", HEX[::-1], 100]]}


def _payload(**changes: Any) -> dict[str, Any]:
    return {"spec": "leeward-hashes:1", "pictures": [PICTURE | changes]}


def test_what_the_hasher_makes_is_read() -> None:
    image, video = read_payload(json.dumps({"spec": "leeward-hashes:1", "pictures": [PICTURE, VIDEO]}))
    assert image.kind is MediaKind.IMAGE
    assert [(h.hash_type, h.variant, h.quality) for h in image.hashes] == [
        (HashType.PDQ, "upright", 97),
        (HashType.PDQ, "crop20", 50),
        (HashType.MD5, "upright", None),
        (HashType.SHA256, "upright", None),
    ]
    assert [h.hash_type for h in video.hashes] == [HashType.PDQ, HashType.PDQ, HashType.VIDEO_MD5, HashType.SHA256]
    (bytes_only,) = read_pictures(_payload(path="bytes", pdq=[]))
    assert len(bytes_only.hashes) == 2


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"name": "me.jpg"}, "unknown field 'name'"),
        ({"kind": "photo"}, "kind"),
        ({"kind": ["image"]}, "kind"),
        ({"path": "webcodecs"}, "path"),
        ({"approx": 0}, "approx"),
        ({"md5": HEX[:31]}, "md5"),
        ({"md5": HEX[:32].upper()}, "md5"),
        ({"sha256": HEX + "\n"}, "sha256"),
        ({"sha256": None}, "sha256"),
        ({"pdq": []}, "bytes"),
        ({"path": "bytes"}, "bytes"),
        ({"pdq": {}}, "pdq"),
        ({"pdq": [["upright", HEX]]}, r"pdq\[0\]"),
        ({"pdq": [["upright", HEX, 49]]}, "50 to 100"),
        ({"pdq": [["upright", HEX, 101]]}, "50 to 100"),
        ({"pdq": [["upright", HEX, True]]}, "50 to 100"),
        ({"pdq": [["upright", HEX, "97"]]}, "50 to 100"),
        ({"pdq": [["frame", HEX, 97]]}, r"pdq\[0\]\[0\]"),
        ({"pdq": [["rot90", HEX, 97]]}, "begin with"),
        ({"pdq": [["upright", HEX, 97]] * 2}, "twice"),
        ({"pdq": [["upright", HEX, 97]] * 37}, "at most"),
    ],
)
def test_each_field_is_held_to_its_form(changes: dict[str, Any], names: str) -> None:
    with pytest.raises(PayloadRefused, match=names):
        read_pictures(_payload(**changes))


def test_the_whole_is_held_to_its_form() -> None:
    for wrong in (None, [], "x", 1, {}, {"spec": "leeward-hashes:1"}, {"spec": "2", "pictures": [PICTURE]}):
        with pytest.raises(PayloadRefused):
            read_pictures(wrong)
    with pytest.raises(NothingToSend):
        read_pictures({"spec": "leeward-hashes:1", "pictures": []})
    with pytest.raises(PayloadRefused, match="at most 30 pictures, where a video counts as two"):
        read_pictures({"spec": "leeward-hashes:1", "pictures": [PICTURE] * 31})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 100_000,
        '{"spec":1,"spec":1}',
        "NaN",
        "1e999",
        "-Infinity",
        "9" * 5000,
        '"\\ud800"',
        "\x00",
        "null",
        "\ufeff{}",
        '{"\\ud800": 1}',
    ],
)
def test_strange_json_is_refused_in_words(text: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read_payload(text)
    assert str(refused.value).isascii()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=70)
    | st.sampled_from([HEX, HEX[:32], "upright"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(list(PICTURE)), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(value=json_values)
def test_any_value_is_read_or_refused(value: Any) -> None:
    with pytest.raises((PayloadRefused, NothingToSend)):
        read_pictures(value)


@given(data=st.data())
def test_a_payload_with_one_thing_changed_is_read_or_refused(data: st.DataObject) -> None:
    payload = copy.deepcopy({"spec": "leeward-hashes:1", "pictures": [PICTURE, VIDEO]})
    holder: Any = payload
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(json_values)
    try:
        pictures = read_payload(json.dumps(payload))
    except (PayloadRefused, NothingToSend):
        return
    for picture in pictures:
        for new in picture.hashes:
            assert set(new.value) <= set("0123456789abcdef")


@given(text=st.text(max_size=300))
def test_any_pasted_text_is_read_or_refused(text: str) -> None:
    try:
        pictures = read_pasted(text)
    except (PayloadRefused, NothingToSend):
        return
    assert 0 < len(pictures) <= MOST_PICTURES


def test_bare_lines_are_one_picture_each() -> None:
    pictures = read_pasted(f"\n  {HEX.upper()}\r\n{HEX[:32]}\n\n")
    assert [[h.hash_type for h in picture.hashes] for picture in pictures] == [[HashType.PDQ], [HashType.MD5]]
    with pytest.raises(PayloadRefused, match="Line 3"):
        read_pasted(f"{HEX}\n\nholiday.jpg")
    with pytest.raises(PayloadRefused, match="more than 30"):
        read_pasted(f"{HEX}\n" * 31)
    with pytest.raises(PayloadRefused, match="Line 2 is not the hash of a picture"):
        read_pasted(f"{HEX}\n{'f' * 64}")


FIELD_VALUES = st.one_of(json_values, st.just(True))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=times(20, deep=60))
@given(
    body=st.one_of(
        st.binary(max_size=200),
        json_values.map(json.dumps),
        st.fixed_dictionaries(
            {"token": FIELD_VALUES, "consent": FIELD_VALUES, "proof": FIELD_VALUES, "hashes": FIELD_VALUES}
        ).map(json.dumps),
    )
)
def test_no_body_is_a_fault_of_ours(visitor: Any, body: str | bytes) -> None:
    answer = visitor.send(body)
    assert 400 <= answer.status_code < 500
    error = answer.json()["error"]
    assert error["message"]
    assert error["how"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=times(13, deep=40))
@given(text=st.text(max_size=200))
def test_no_pasted_text_is_a_fault_of_ours(visitor: Any, text: str) -> None:
    visitor.pass_gate()
    assert visitor.post("paste", {"codes": text}).status_code in (200, 422)
