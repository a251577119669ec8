"""The shared vectors are what their recipes give, and mean what their README says."""

import hashlib
import importlib.util
import itertools
import json
import types
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
import pytest
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_family, vary_pixels
from hashmatch.variants import VARIANTS, Level
from PIL import Image

VECTORS = Path(__file__).parents[2] / "vectors"


@pytest.fixture(scope="module")
def maker() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("make_vectors", VECTORS / "make_vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads((VECTORS / "vectors.json").read_text(encoding="utf-8"))


def test_the_committed_files_are_what_the_recipes_give(maker: types.ModuleType) -> None:
    vectors = maker.make_document()
    assert vectors == (VECTORS / "vectors.json").read_text(encoding="utf-8")
    payloads = maker.make_payloads(maker.read_families(vectors))
    assert payloads == (VECTORS / "payloads.json").read_text(encoding="utf-8")


def test_pictures_are_painted_to_the_byte(maker: types.ModuleType, document: Any) -> None:
    for picture in document["pictures"]:
        pixels = maker.paint(width=picture["width"], height=picture["height"], layers=picture["layers"])
        assert hashlib.sha256(pixels.tobytes()).hexdigest() == picture["pixels_sha256"], picture["name"]


def test_the_upright_hash_is_that_of_meta_s_implementation(maker: types.ModuleType, document: Any) -> None:
    for picture in document["pictures"]:
        pixels = maker.paint(width=picture["width"], height=picture["height"], layers=picture["layers"])
        bits, quality = pdqhash.compute(pixels)
        text = f"{int(''.join(map(str, bits.tolist())), 2):064x}"
        assert picture["family"][0] == ["upright", text, quality], picture["name"]


def test_distances_of_pairs_are_the_bits_that_differ(document: Any) -> None:
    distances = set()
    for pair in document["pairs"]:
        assert bin(int(pair["a"], 16) ^ int(pair["b"], 16)).count("1") == pair["distance"]
        assert PdqHash.from_hex(pair["a"]).distance(PdqHash.from_hex(pair["b"])) == pair["distance"]
        distances.add(pair["distance"])
    assert {0, 1, 15, 16, 31, 32, 256} <= distances


def test_digests_are_those_of_hashlib(maker: types.ModuleType, document: Any) -> None:
    for one in document["digests"]:
        data = maker.digest_bytes(one["length"], one["seed"])
        assert len(data) == one["length"]
        assert hashlib.md5(data, usedforsecurity=False).hexdigest() == one["md5"]
        assert hashlib.sha256(data).hexdigest() == one["sha256"]


def test_the_vectors_hold_every_case_that_the_rules_tell_apart(document: Any) -> None:
    families = [[variant for variant, _, _ in picture["family"]] for picture in document["pictures"]]
    assert any("trimmed" in family for family in families)
    assert any("trimmed" not in family for family in families)
    assert any("crop20" not in family for family in families)
    qualities = [quality for picture in document["pictures"] for _, _, quality in picture["family"]]
    assert min(qualities) == 0
    assert max(qualities) == 100
    assert any(0 < quality < 50 for quality in qualities)


def test_orientations_are_named_as_pillow_turns_them(photo: np.ndarray) -> None:
    image = Image.fromarray(photo)
    turned = {
        "upright": image,
        "rot90": image.rotate(90, expand=True),
        "rot180": image.rotate(180, expand=True),
        "rot270": image.rotate(270, expand=True),
        "flipx": image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "flipy": image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        "flipplus": image.transpose(Image.Transpose.TRANSPOSE),
        "flipminus": image.transpose(Image.Transpose.TRANSVERSE),
    }
    ours = dict(vary_pixels(photo))
    for name, expected in turned.items():
        assert np.array_equal(ours[name], np.asarray(expected)), name


def test_crops_are_those_of_the_whole_number_rule(photo: np.ndarray) -> None:
    height, width, _ = photo.shape
    ours = dict(vary_pixels(photo))
    for percentage in range(2, 21, 2):
        across, down = width * percentage // 200, height * percentage // 200
        expected = Image.fromarray(photo).crop((across, down, width - across, height - down))
        assert np.array_equal(ours[f"crop{percentage:02d}"], np.asarray(expected))


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_border_is_trimmed_back_to_the_very_photo(photo: np.ndarray, grey: int) -> None:
    framed = np.full((photo.shape[0] + 60, photo.shape[1] + 90, 3), grey, np.uint8)
    framed[20:-40, 30:-60] = photo
    assert np.array_equal(dict(vary_pixels(framed))["trimmed"], photo)


def test_a_family_is_in_the_fixed_order(photo: np.ndarray) -> None:
    names = [member.variant for member in hash_family(photo)]
    assert names == [name for name in VARIANTS if name in names]
    assert len(names) == len(set(names)) == 18


def test_each_level_holds_the_one_before() -> None:
    levels = [level.variants for level in Level]
    assert [len(names) for names in levels] == [1, 8, 19, 20]
    for smaller, larger in itertools.pairwise(levels):
        assert set(smaller) < set(larger)
