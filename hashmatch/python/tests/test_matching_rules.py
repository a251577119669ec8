"""The rules of docs/matching.md about what a match is worth hold in the code, for the bank and for the query alike."""

import importlib.util
import itertools
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from click.testing import CliRunner
from hashmatch.bank import Bank, BankMatch, BankWriter, Changes, Facts
from hashmatch.cli import main
from hashmatch.entries import Entry, Tier
from hashmatch.files import FileHashes, hash_file
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_pixels
from hashmatch.variants import CAREFUL_DISTANCE, DISTINCTIVE_QUALITY, MATCH_DISTANCE, MINIMUM_QUALITY
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]


def soften(photo: np.ndarray, strength: float) -> np.ndarray:
    """The photograph with less contrast, and so of less quality."""
    mean = photo.mean()
    return np.clip(np.rint(mean + (photo - mean) * strength), 0, 255).astype(np.uint8)


@pytest.fixture
def plain(photo: np.ndarray) -> np.ndarray:
    """A picture just too plain to be matched."""
    for strength in np.linspace(0.9, 0.02, 60):
        pixels = soften(photo, float(strength))
        if hash_pixels(pixels).quality < MINIMUM_QUALITY:
            return pixels
    raise AssertionError("The photograph keeps its quality without contrast.")


def save(pixels: np.ndarray, path: Path) -> FileHashes:
    Image.fromarray(pixels).save(path)
    return hash_file(path)


def bank_of(path: Path, *entries: Entry) -> Bank:
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(), entries))
    return Bank.open(path)


def test_a_query_of_too_low_quality_is_matched_by_its_digests_only(tmp_path: Path, plain: np.ndarray) -> None:
    hashes = save(plain, tmp_path / "plain.png")
    assert hashes.pdq is not None
    assert 30 < hashes.pdq.quality < 50
    bank = bank_of(tmp_path / "bank", Entry(hashes.pdq.hash, quality=100), Entry(hashes.digests.sha256))
    assert [match.entry.hash for match in bank.match(*hashes.to_match())] == [hashes.digests.sha256]
    shown = CliRunner().invoke(main, ["match", "--bank", str(tmp_path / "bank"), str(tmp_path / "plain.png")])
    assert [match["hash_type"] for match in json.loads(shown.stdout)["matches"]] == ["sha256"]


def test_a_query_of_enough_quality_is_matched_by_pdq(tmp_path: Path, photo: np.ndarray) -> None:
    hashes = save(photo, tmp_path / "photo.png")
    assert hashes.pdq is not None
    bank = bank_of(tmp_path / "bank", Entry(hashes.pdq.hash, quality=100, tier=Tier.VERIFIED))
    shown = CliRunner().invoke(main, ["match", "--bank", str(tmp_path / "bank"), str(tmp_path / "photo.png")])
    (match,) = json.loads(shown.stdout)["matches"]
    assert (match["hash_type"], match["distance"], match["needs_person"]) == ("pdq", 0, False)
    assert len(bank.match(*hashes.to_match())) == 1


@pytest.mark.parametrize(("quality", "found"), [(0, 0), (49, 0), (50, 1), (100, 1), (None, 1)])
def test_an_entry_of_too_low_quality_matches_nothing(
    tmp_path: Path, make_hash: Callable[[int], PdqHash], quality: int | None, found: int
) -> None:
    bank = bank_of(tmp_path / "bank", Entry(make_hash(1), quality=quality))
    assert len(bank.match(make_hash(1))) == found


@pytest.mark.parametrize(
    ("distance", "quality", "needs_person"),
    [(0, 100, False), (27, 80, False), (28, 100, True), (31, None, True), (0, 79, True), (27, None, False)],
)
def test_who_must_look(
    make_hash: Callable[[int], PdqHash], distance: int, quality: int | None, *, needs_person: bool
) -> None:
    assert BankMatch(Entry(make_hash(1), quality=quality), distance).needs_person is needs_person


def test_a_query_of_middling_quality_needs_a_person(tmp_path: Path, photo: np.ndarray) -> None:
    for strength in np.linspace(0.9, 0.02, 60):
        pixels = soften(photo, float(strength))
        if 50 <= hash_pixels(pixels).quality < 80:
            break
    hashes = save(pixels, tmp_path / "soft.png")
    assert hashes.pdq is not None
    bank_of(tmp_path / "bank", Entry(hashes.pdq.hash, quality=100, tier=Tier.VERIFIED))
    shown = CliRunner().invoke(main, ["match", "--bank", str(tmp_path / "bank"), str(tmp_path / "soft.png")])
    assert json.loads(shown.stdout)["matches"][0]["needs_person"] is True


def test_the_page_names_the_limits_of_the_code() -> None:
    page = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    limits = {name: int(value) for name, value in re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", page, re.MULTILINE)}
    assert limits == {
        "MATCH_DISTANCE": MATCH_DISTANCE,
        "CAREFUL_DISTANCE": CAREFUL_DISTANCE,
        "MINIMUM_QUALITY": MINIMUM_QUALITY,
        "DISTINCTIVE_QUALITY": DISTINCTIVE_QUALITY,
    }


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """The program that measures chance matches, which wants the benchmark's photos."""
    pytest.importorskip("hashmatch_bench")
    spec = importlib.util.spec_from_file_location("measure_false_positives", ROOT / "tools/measure_false_positives.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_measurement_counts_pairs_of_different_pictures_only(tool: ModuleType) -> None:
    numbers = np.random.default_rng(2)
    middles = numbers.integers(0, 256, (3, 32), dtype=np.uint8)
    hashes = middles[numbers.integers(0, 3, 120)]
    hashes[:, :4] ^= numbers.integers(0, 256, (120, 4), dtype=np.uint8)
    quality = numbers.integers(0, 101, 120)
    photos = np.sort(numbers.integers(0, 6, (120, 2)), axis=1)
    pictures = tool.Hashed(hashes, quality, photos)
    for floor in (0, 50, 80):
        different, distances = 0, []
        for one, other in itertools.combinations(np.flatnonzero(quality >= floor).tolist(), 2):
            if not set(photos[one].tolist()) & set(photos[other].tolist()):
                different += 1
                distance = PdqHash(hashes[one].tobytes()).distance(PdqHash(hashes[other].tobytes()))
                distances += [distance] if distance <= MATCH_DISTANCE else []
        assert pictures.at_least(floor).count_pairs() == different
        found = tool.find_chance(pictures).at_least(floor).tolist()
        assert sorted(found) == sorted(distances)
    assert len(found) > 20


def test_the_measurement_runs_and_its_page_has_its_result(tool: ModuleType) -> None:
    text = "\n".join(tool.measure(crops=2, exposures=20, drawn=5, seed=1))
    page = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    kept = page.partition(tool.BEGIN)[2].partition(tool.END)[0]
    titles = [line for line in text.splitlines() if line.startswith(("| quality", "| kind"))]
    assert len(titles) == 3
    assert [line for line in kept.splitlines() if line in titles] == titles
