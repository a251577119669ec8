"""The style sheets: nothing of anybody else's in them, readable colours, and a true mirror for right-to-left pages."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "leeward/foundation/web"
BUILT = WEB / "static/web/built"
SHEETS = ["leeward.css", "leeward.rtl.css"]
WHITE = "#ffffff"
TEXT, SHAPE = 4.5, 3.0
# Parts of GOV.UK's markup that have no rule of their own, and marks by which a test finds something on a page.
WITHOUT_RULE = {
    "govuk-radios",
    "govuk-table__body",
    "govuk-table__head",
    "govuk-table__row",
    "chart-board__name",
    "leeward-request",
    "leeward-service__name",
    "outside",  # in the style of one size of paper
    "portal-code__group",
}
RULE = re.compile(r"\.((?:[A-Za-z_]|--)(?:[\w-]|\\.)*)(?=[^{}]*\{)")
CLASSES = re.compile(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"|"?\bclasses"?\s*[:=]\s*"([^"]*)"', re.DOTALL)
# What is written or drawn on what, by the names of the theme file.
PAIRS = [
    ("ink", "page", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "brand-soft", TEXT),
    ("ink", "focus", TEXT),
    ("ink-soft", "page", TEXT),
    ("ink-soft", "surface", TEXT),
    ("ink-soft", "brand-soft", TEXT),
    ("link", "page", TEXT),
    ("link", "surface", TEXT),
    ("link", "brand-soft", TEXT),
    ("link-visited", "page", TEXT),
    ("link-hover", "page", TEXT),
    ("brand", "page", TEXT),
    ("brand", "brand-soft", TEXT),
    ("error", "page", TEXT),
    ("success", "page", TEXT),
    ("ink", "warm", TEXT),
    ("ink-soft", "warm", TEXT),
    ("link", "warm", TEXT),
    ("link-visited", "warm", TEXT),
    ("link-hover", "warm", TEXT),
    ("link-hover", "brand-soft", TEXT),
    ("white", "brand", TEXT),
    ("white", "brand-dark", TEXT),
    ("white", "exit", TEXT),
    ("white", "error", TEXT),
    ("line-strong", "page", SHAPE),
    ("line-strong", "surface", SHAPE),
]


def sheet(name: str) -> str:
    return (BUILT / name).read_text(encoding="utf-8")


def colours() -> dict[str, str]:
    text = (WEB / "theme/_theme.scss").read_text(encoding="utf-8")
    return {"white": WHITE, **dict(re.findall(r"\$leeward-([a-z-]+): (#[0-9a-f]{6}) !default", text))}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_can_be_read(front: str, back: str, least: float) -> None:
    known = colours()
    assert contrast(known[front], known[back]) >= least


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_of_others_is_loaded_or_shown(name: str) -> None:
    """The style sheet names files of our own type beside it, and nothing else."""
    text = sheet(name)
    for forbidden in ("@import", "crest", "GDS Transport"):
        assert forbidden.lower() not in text.lower()
    named = re.findall(r"url\(([^)]*)\)", text)
    assert len(named) == text.count("@font-face") == 4
    for file in named:
        assert (BUILT / file).read_bytes()[:4] == b"wOF2", "a bare name of a font that stands beside the style sheet"
    assert "SIL OPEN FONT LICENSE" in (BUILT / "type-licence.txt").read_text(encoding="utf-8").upper()
    assert "system-ui" in text
    assert text.count("\n") < 5  # minified
    assert len(text) < 130_000
    assert gzip.decompress((BUILT / f"{name}.gz").read_bytes()).decode() == text, (
        "what is served compressed is the same"
    )


def test_the_letters_of_a_page_are_light() -> None:
    """Latin and Arabic letters together; a page without one of them fetches less."""
    fonts = [BUILT / f"readex-pro-{script}-wght-normal.woff2" for script in ("latin", "arabic")]
    assert sum(font.stat().st_size for font in fonts) <= 60_000


def test_our_colours_took_the_place_of_theirs() -> None:
    text = sheet("leeward.css")
    known = colours()
    for name in ("brand", "link", "focus", "ink"):
        assert known[name] in text
    # A colour of theirs cannot be set; each rule in which it stands is overridden by a stronger one of ours.
    status = ".govuk-file-upload-button__status"
    ours = (".govuk-select option:checked", status, f".govuk-file-upload-button:hover {status}")
    assert text.count("#1d70b8") == len(ours)
    for rule in ours:
        assert re.search(rf"\.leeward {re.escape(rule)}(?:,[^{{]*)?\{{[^}}]*{known['brand']}", text), rule
    assert "#00703c" not in text
    assert "#0f7a52" not in text


def test_right_to_left_is_a_mirror() -> None:
    left, right = sheet("leeward.css"), sheet("leeward.rtl.css")
    assert left != right
    count = {side: len(re.findall(rf"margin-{side}:", left)) for side in ("left", "right")}
    mirrored = {side: len(re.findall(rf"margin-{side}:", right)) for side in ("left", "right")}
    assert (count["left"], count["right"]) == (mirrored["right"], mirrored["left"])
    assert count["left"] != count["right"]


def test_the_build_makes_what_is_served() -> None:
    """Building again gives the same bytes, so that what is served is what the theme file says."""
    before = {name: sheet(name) for name in [*SHEETS, "leeward.js"]}
    subprocess.run(["node", "tools/build_theme.mjs"], cwd=ROOT, check=True, timeout=120)
    assert {name: sheet(name) for name in before} == before


def classes_with_rules() -> set[str]:
    """All classes that a style sheet has a rule for: those served, those in a page, and those of documents on paper."""
    served = [path.read_text(encoding="utf-8") for path in (ROOT / "leeward").rglob("*.css")]
    for path in (ROOT / "leeward").rglob("*.jinja"):
        served += re.findall(r"<style[^>]*>(.*?)</style>", path.read_text(encoding="utf-8"), re.DOTALL)
    for path in (ROOT / "leeward").rglob("*.py"):
        served += re.findall(r'\bSTYLE = """(.*?)"""', path.read_text(encoding="utf-8"), re.DOTALL)
    return {name.replace("\\", "") for text in served for name in RULE.findall(text)}


def classes_used(template: str) -> set[str]:
    """The classes that a template writes; "…-{{ kind }}" is cut where the template goes on by itself."""
    texts = [one or other for one, other in CLASSES.findall(template)]
    written = [re.sub(r"\{\{.*?\}\}", "*", re.sub(r"\{%.*?%\}", " ", text, flags=re.DOTALL)) for text in texts]
    return {name for text in written for name in text.split()}


def test_every_class_that_a_template_writes_has_a_rule() -> None:
    ruled = classes_with_rules()
    without = {
        (path.name, name)
        for path in (ROOT / "leeward").rglob("*.jinja")
        for name in classes_used(path.read_text(encoding="utf-8"))
        if name not in ruled | WITHOUT_RULE
        and not ("*" in name and any(each.startswith(name.partition("*")[0]) for each in ruled))
    }
    assert without == set()


def test_every_component_that_a_template_calls_has_its_style() -> None:
    called = {
        re.sub("([A-Z])", lambda found: f"-{found[1].lower()}", name)
        for path in (ROOT / "leeward").rglob("*.jinja")
        for name in re.findall(r"\bgovuk([A-Z]\w+)\(", path.read_text(encoding="utf-8"))
    }
    ruled = classes_with_rules()
    assert {name for name in called if not any(each.startswith(f"govuk{name}") for each in ruled)} == set()
    assert "-panel" in called, "the pattern still finds what templates call"
