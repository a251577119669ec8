"""The built hasher as the pages need it: the frame's document in her language, and the policy that pins its script."""

import functools
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.utils.csp import CSP
from django.utils.translation import get_language, get_language_bidi, gettext

from leeward.victim.portal.errors import HasherNotBuilt
from leeward.victim.portal.words import HASHER_WORDS

BUILT = Path(__file__).parent / "static" / "portal" / "built"
HASHER = BUILT / "hasher"
NEEDED_FILES = (
    BUILT / "portal.js",
    HASHER / "manifest.json",
    HASHER / "frame.html",
    HASHER / "words.json",
    HASHER / "offline.html",
)
OFFLINE_PATH = "portal/built/hasher/offline.html"
ADDONS_PATH = "portal/built/hasher/addons/"


@dataclass(frozen=True, kw_only=True)
class Hasher:
    """One build. `files` gives each file's SHA-256 in hexadecimal by its name."""

    frame: str
    script_source: str
    style_source: str
    files: Mapping[str, str]
    manifest_text: str

    @property
    def offline_sha256(self) -> str:
        """The published hash of the offline page."""
        return self.files["offline.html"]


def load_hasher() -> Hasher:
    """The build in the tree, read once a process. Raises HasherNotBuilt."""
    missing = missing_files()
    if missing:
        raise HasherNotBuilt(missing[0].name)
    return _load_hasher()


def missing_files() -> list[Path]:
    """Return the files that `make setup` should have built and has not."""
    return [path for path in NEEDED_FILES if not path.is_file()]


@functools.cache
def _load_hasher() -> Hasher:
    manifest = json.loads((HASHER / "manifest.json").read_text(encoding="utf-8"))
    return Hasher(
        frame=(HASHER / "frame.html").read_text(encoding="utf-8"),
        script_source=manifest["frame_script_csp"],
        style_source=manifest["frame_style_csp"],
        files={name: entry["sha256"] for name, entry in manifest["files"].items()},
        manifest_text=json.dumps({"files": {n: {"sha256": e["sha256"]} for n, e in manifest["files"].items()}}),
    )


def frame_document(hasher: Hasher, *, words: Mapping[str, str] | None = None) -> str:
    """The frame's document with its words in the person's language. Script and style stay as they are pinned.

    `words`, in her language already, take the place of those of the same name.
    """
    return fill_document(hasher.frame, words=HASHER_WORDS, instead=words or {})


def fill_document(document: str, *, words: Mapping[str, str], instead: Mapping[str, str] = MappingProxyType({})) -> str:
    """A built frame's document with `words` in the person's language; `instead` is in it already."""
    own = {key: gettext(text) for key, text in words.items()} | dict(instead)
    written = json.dumps(own, ensure_ascii=False)
    filled = {
        "__LANG__": html.escape(get_language() or settings.LANGUAGE_CODE),
        "__DIR__": "rtl" if get_language_bidi() else "ltr",
        "__WORDS__": html.escape(written),
    }
    for mark, value in filled.items():
        document = document.replace(mark, value, 1)
    return document


def hashing_policy(hasher: Hasher) -> dict[str, list[str]]:
    """The policy of a page that holds the hashing frame, whose decoders are WebAssembly and whose player plays."""
    policy = framing_policy(script_source=hasher.script_source, style_source=hasher.style_source)
    return policy | {"script-src": [*policy["script-src"], "'wasm-unsafe-eval'"], "media-src": ["blob:"]}


def framing_policy(*, script_source: str, style_source: str) -> dict[str, list[str]]:
    """The policy of a page that holds a frame; the frame inherits it and narrows it further by its own.

    Nothing may be loaded into a frame by address, no script runs but ours and the one that is pinned, and nothing is
    reached but this site.
    """
    return {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF, f"'{script_source}'"],
        "style-src": [CSP.SELF, f"'{style_source}'"],
        "img-src": [CSP.SELF, "blob:"],
        "font-src": [CSP.SELF],
        "connect-src": [CSP.SELF],
        "worker-src": ["blob:"],
        "frame-src": [CSP.NONE],
        "form-action": [CSP.SELF],
        "base-uri": [CSP.NONE],
        "frame-ancestors": [CSP.NONE],
        "object-src": [CSP.NONE],
    }
