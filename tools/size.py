"""Measures how large the house is, app by app, and keeps docs/size.md: `python tools/size.py [--json | --page]`."""

import argparse
import ast
import io
import json
import keyword
import re
import statistics
import subprocess
import tarfile
import tempfile
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "size.md"
BEFORE = "77b62fa"  # the commit that today is compared with
LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
# With model, checks, form, history, a list that can be sorted, narrowed and saved, and a part of a public page.
ENTITY = (ROOT / "leeward" / "policy" / "strategy", "standard")
COPY_LEAST = 50  # tokens of a function from which on a second one of its shape is a copy
COLUMNS = {
    "tokens": "tokens",
    "lines": "lines",
    "css_lines": "CSS",
    "models": "models",
    "dataclasses": "dataclasses",
    "untyped_dicts": "`dict[str, Any]`",
    "copied_functions": "copies",
}
APART = {"tests", "migrations", "built", "node_modules"}


@dataclass(kw_only=True)
class Size:
    """What was counted of one app, or of all."""

    tokens: int = 0
    lines: int = 0
    css_lines: int = 0
    models: int = 0
    dataclasses: int = 0
    untyped_dicts: int = 0
    copied_functions: int = 0
    files_per_field: list[int] = field(default_factory=list)


def measure(root: Path) -> dict[str, Size]:
    """Count each app under the folder `leeward`, the demonstration beside it, and hashmatch's package."""
    places = {"demo": root / "demo", "hashmatch": root / "hashmatch" / "python" / "src" / "hashmatch"}
    sizes: dict[str, Size] = defaultdict(Size)
    shapes: set[tuple[str, ...]] = set()
    words: dict[str, list[set[str]]] = defaultdict(list)
    files = [(app_of(path.relative_to(root)), path) for path in _files(root / "leeward")]
    files += [(name, path) for name, place in places.items() for path in _files(place)]
    for app, path in files:
        text = path.read_text(encoding="utf-8")
        size = sizes[app]
        if path.suffix in (".css", ".scss"):
            size.css_lines += text.count("\n")
            continue
        words[app].append(set(re.findall(r"\w+", text)))
        if path.suffix == ".py":
            _count(size, text, shapes)
    for folder in sorted((root / "leeward").rglob("migrations")):
        app = app_of(folder.relative_to(root))
        named = fields_of(folder)
        sizes[app].models = len({model for model, _ in named})
        sizes[app].files_per_field = sorted(
            sum(name in each for each in words[app]) for name in {name for _, name in named if "_" in name}
        )
    return dict(sorted(sizes.items()))


def app_of(path: Path) -> str:
    """Return which app a file is of; what lies beside the apps of a wing is the wing's."""
    parts = path.parts[1:-1]
    return parts[1] if len(parts) > 1 and parts[0] != "config" else "".join(parts[:1])


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".jinja", ".css", ".scss") and not APART & set(path.parts):
            yield path


def _count(size: Size, text: str, shapes: set[tuple[str, ...]]) -> None:
    size.lines += text.count("\n")
    size.tokens += len(_tokens(text))
    size.untyped_dicts += sum("dict[str, Any]" in line for line in text.splitlines())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            size.dataclasses += any("dataclass" in ast.unparse(each) for each in node.decorator_list)
        elif isinstance(node, ast.FunctionDef):
            shape = tuple(_sign(token) for token in _tokens(ast.unparse(node)))
            size.copied_functions += len(shape) >= COPY_LEAST and shape in shapes
            shapes.add(shape)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """Return what counts; an f-string is one token, whatever stands in it."""
    counted = []
    inside = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        inside -= token.type == tokenize.FSTRING_END
        if not inside and token.type not in LAYOUT and token.type != tokenize.FSTRING_START:
            counted.append(token)
        inside += token.type == tokenize.FSTRING_START
    return counted


def _sign(token: tokenize.TokenInfo) -> str:
    """Return a token as it counts for the shape of a function: which name or value stands there does not."""
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) else "name"
    return token.string if token.type == tokenize.OP else "value"


def fields_of(migrations: Path) -> set[tuple[str, str]]:
    """Return model and name of each field that the migrations of an app leave in its tables."""
    found: set[tuple[str, str]] = set()
    for path in sorted(migrations.glob("[0-9]*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            said = dict(zip(("model_name", "name"), call.args, strict=False))
            said |= {each.arg: each.value for each in call.keywords if each.arg}
            if call.func.attr == "CreateModel":
                model = str(ast.literal_eval(said["name"])).lower()
                listed = said["fields"].elts if isinstance(said["fields"], ast.List) else []
                found |= {(model, ast.literal_eval(each.elts[0])) for each in listed if isinstance(each, ast.Tuple)}
            elif call.func.attr in ("AddField", "RemoveField"):
                one = {(ast.literal_eval(said["model_name"]).lower(), ast.literal_eval(said["name"]))}
                found = found | one if call.func.attr == "AddField" else found - one
    return found


def entity_lines(app: Path, noun: str) -> int:
    """Count the lines of one entity of an app: all classes and functions, and the templates, that are called after it.

    What an app's entries share (its frame, its words, imports) is not counted; what the kit gives them neither.
    """
    lines = 0
    for path in _files(app):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jinja":
            lines += text.count("\n") if noun in path.stem else 0
        elif path.suffix == ".py":
            named = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef))
            for node in named:
                first = min((each.lineno for each in node.decorator_list), default=node.lineno)
                lines += ((node.end_lineno or 0) - first + 1) if noun in node.name.lower() else 0
    return lines


def sum_up(sizes: dict[str, Size], *, apart: tuple[str, ...] = ("demo", "hashmatch")) -> Size:
    """Return all apps of `leeward` as one."""
    whole = Size()
    for app, size in sizes.items():
        for each in fields(Size):
            if app not in apart:
                setattr(whole, each.name, getattr(whole, each.name) + getattr(size, each.name))
    return whole


def spread(counts: list[int]) -> dict[str, float]:
    """Return the median and the 90th percentile of how many files name a field."""
    return {"median": statistics.median(counts), "p90": sorted(counts)[int(len(counts) * 0.9)]} if counts else {}


def as_json(sizes: dict[str, Size]) -> dict[str, object]:
    """Return the sums, and under `apps` each app's own figures."""
    per_field = {app: spread(size.files_per_field) for app, size in sizes.items() if size.files_per_field}
    apps = {app: asdict(size) | {"files_per_field": per_field.get(app)} for app, size in sizes.items()}
    return asdict(sum_up(sizes)) | {"files_per_field": per_field, "apps": apps}


def as_page(before: dict[str, Size], now: dict[str, Size], *, revision: str) -> str:
    """Return docs/size.md."""
    was, is_now = sum_up(before), sum_up(now)
    rows: list[tuple[str, float | str, float | str, str]] = [
        ("tokens of Python in `leeward/`", was.tokens, is_now.tokens, "≤ 540,000"),
        ("lines of Python in `leeward/`", was.lines, is_now.lines, ""),
        ("lines of CSS", was.css_lines, is_now.css_lines, "≤ 1,800"),
        ("lines with `dict[str, Any]`", was.untyped_dicts, is_now.untyped_dicts, "≤ 60"),
        ("files that name a field of the directory: median", *_both(before, now, "directory", "median"), "≤ 4"),
        ("… 90th percentile", *_both(before, now, "directory", "p90"), ""),
        ("lines of a staff entity: the strategy's standard", "", entity_lines(*ENTITY), "≤ 350"),
        ("models", was.models, is_now.models, ""),
        ("dataclasses", was.dataclasses, is_now.dataclasses, ""),
        ("dataclasses per model", _ratio(was), _ratio(is_now), ""),
        ("functions of the same shape as another", was.copied_functions, is_now.copied_functions, ""),
        ("tokens in `demo/`", before["demo"].tokens, now["demo"].tokens, ""),
        ("tokens in what platforms install of hashmatch", before["hashmatch"].tokens, now["hashmatch"].tokens, ""),
    ]
    apps = [app for app in now if app not in ("demo", "hashmatch") and now[app].tokens > 1]
    written = f"Counted by `python tools/size.py`; `--page` writes this page anew. Before: {BEFORE}. Now: {revision}."
    lines = [
        "# How large the house is",
        "",
        written,
        "",
        "| | before | now | aim |",
        "|---|--:|--:|--:|",
        *(f"| {what} | {_said(old)} | {_said(new)} | {aim} |" for what, old, new, aim in rows),
        "",
        "Each app, before → now:",
        "",
        f"| app | {' | '.join(COLUMNS.values())} | files per field, median | p90 |",
        "|---|" + "--:|" * (len(COLUMNS) + 2),
        *(_row(app, before.get(app, Size()), now[app]) for app in apps),
        "",
        "- **Tokens** are those of `tokenize` without comments, line ends and indentation; an f-string is one.",
        "  Tests and migrations are not counted.",
        "- **Files per field**: how many `.py` and `.jinja` files of an app name a field of its models. Only names of",
        "  several words count (`fees_description`): one like `state` stands for many things.",
        "- **`demo/`** held the partner platforms alone before; the made-up nation moved there, and",
        "  hashmatch's benchmark out of its package: what moved is not what was saved.",
        f"- **Copies**: functions of {COPY_LEAST} tokens and more that differ from another in names and values alone.",
    ]
    return "\n".join(lines) + "\n"


def _row(app: str, was: Size, now: Size) -> str:
    cells = [(getattr(was, name), getattr(now, name)) for name in COLUMNS]
    cells += [
        (spread(was.files_per_field).get(part, 0), spread(now.files_per_field).get(part, 0))
        for part in ("median", "p90")
    ]
    return f"| {app} | " + " | ".join(_said(a) if a == b else f"{_said(a)} → {_said(b)}" for a, b in cells) + " |"


def _both(before: dict[str, Size], now: dict[str, Size], app: str, part: str) -> tuple[float, float]:
    return spread(before[app].files_per_field).get(part, 0), spread(now[app].files_per_field).get(part, 0)


def _ratio(size: Size) -> float:
    return round(size.dataclasses / max(1, size.models), 2)


def _said(figure: float | str) -> str:
    return figure if isinstance(figure, str) else f"{figure:,}".removesuffix(".0")


def measure_commit(revision: str) -> dict[str, Size]:
    """Count the house as it stood at a commit."""
    packed = io.BytesIO(_git("archive", revision))
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=packed) as archive:
        archive.extractall(folder, filter="data")
        return measure(Path(folder))


def _git(*words: str) -> bytes:
    call = ["git", *words]
    return subprocess.run(call, cwd=ROOT, capture_output=True, check=True).stdout


def main() -> None:
    """Print the sums, print everything as JSON, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print everything as JSON")
    how.add_argument("--page", action="store_true", help=f"write {PAGE.relative_to(ROOT)}, with {BEFORE} beside today")
    asked = parser.parse_args()
    sizes = measure(ROOT)
    if asked.json:
        print(json.dumps(as_json(sizes), indent=2))
    elif asked.page:
        revision = _git("show", "-s", "--format=%h, %cs", "HEAD").decode().strip()
        PAGE.write_text(as_page(measure_commit(BEFORE), sizes, revision=revision), encoding="utf-8")
    else:
        for name, figure in as_json(sizes).items():
            if isinstance(figure, int):
                print(f"{name:18}{figure:>10,}")
        for app, size in sizes.items():
            print(f"  {app:16}{size.tokens:>10,} tokens")


if __name__ == "__main__":
    main()
