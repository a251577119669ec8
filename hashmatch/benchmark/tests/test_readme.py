"""The speeds that the README names are those that the benchmark has written down."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
README, MEASURED = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/benchmarks.md"))
SENTENCES = " ".join(README.partition("## For platforms")[2].partition("| you have |")[0].split())


def measured(what: str, unit: str) -> float:
    """The value of one row of the table of targets."""
    (found,) = re.findall(rf"^\| {re.escape(what)} \| ([\d.]+) {unit} \|", MEASURED, re.MULTILINE)
    return float(found)


def test_one_look_up_takes_what_was_measured() -> None:
    named = re.search(
        r"One look-up in a bank of a million takes ([\d.]+) to ([\d.]+) microseconds, .* (\d+) bytes", SENTENCES
    )
    assert named is not None
    look_ups = [measured(f"1M {kind}, one query, p50 itself", "us") for kind in ("random", "realistic")]
    memory = [measured(f"1M {kind}, memory a hash", "B") for kind in ("random", "realistic")]
    assert [float(named[1]), float(named[2])] == [round(one, 1) for one in sorted(look_ups)]
    assert {float(named[3])} == set(memory)


def test_an_upload_takes_what_was_measured_with_decoding() -> None:
    for size in ("512 x 512", "1920 x 1080", "12 MP"):
        named = re.search(rf"([\d.]+) ms for (?:a JPEG|one) of {size}", SENTENCES)
        assert named is not None, size
        assert float(named[1]) == measured(f"JPEG bytes to hash, {size}", "ms")


def test_what_is_not_compared_is_named_where_completeness_is() -> None:
    assert "quality under 50" in SENTENCES
    assert not re.search(r"miss(es)? nothing|checking an upload", SENTENCES, re.IGNORECASE)
