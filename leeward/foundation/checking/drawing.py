"""Draws the page that checks a pack: one file that needs no server, and has the same bytes in each pack and here."""

import base64
import functools
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.csp import CSP
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext_lazy as _

from leeward.foundation.web.components import Text

PARTS = files(__package__) / "jinja2" / "checking"


@dataclass(frozen=True, kw_only=True)
class CheckPage:
    """The page, its SHA-256 in hexadecimal digits, and the policy under which it runs."""

    content: bytes
    sha256: str
    policy: dict[str, list[str]]


@functools.cache
def check_page() -> CheckPage:
    """Return the page of this version, drawn once a process."""
    script, style = ((PARTS / name).read_text(encoding="utf-8") for name in ("pack.js", "pack.css"))
    policy: dict[str, list[str]] = {
        "default-src": [CSP.NONE],
        "script-src": [_source(script)],
        "style-src": [_source(style)],
        "connect-src": [CSP.SELF],
        "form-action": [CSP.NONE],
        "base-uri": [CSP.NONE],
    }
    page = render_to_string(
        "checking/pack_alone.jinja",
        {
            "words": {code: _words(code) for code, _name in settings.LANGUAGES},
            "script": script,
            "style": style,
            "policy": "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items()),
        },
        using="jinja2",
    )
    content = page.encode()
    return CheckPage(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        policy={**policy, "frame-ancestors": [CSP.NONE]},
    )


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _words(language: str) -> dict[str, str]:
    [other] = [code for code, _name in settings.LANGUAGES if code != language]
    with override(language):
        return {"other": get_language_info(other)["name_local"], **{key: str(text) for key, text in WORDS.items()}}


WORDS: dict[str, Text] = {
    "title": _("Check a pack of pages"),
    "noscript": _(
        "This page checks files on your device and needs JavaScript. The command “leeward check-pack” does without it."
    ),
    "too_old": _(
        "This browser cannot work out digests for a file on a disk. Use a newer one, or “leeward check-pack”."
    ),
    "limits": _("What no check can prove"),
    "limit_true": _("That what the pages show is true."),
    "limit_whole": _("That nothing was left out. Whoever made the pack chose what is in it, and gaps do not show."),
    "limit_page": _(
        "That this page itself is genuine, if it came with the pack. Use the one on the site of whoever signed it, or "
        "compare its digest there."
    ),
    "here": _("The check is made on this device. Nothing is sent anywhere, and no network is needed."),
    "choose": _("Choose the pack: the file “pages.zip”"),
    "choose_folder": _("Or the folder, if you have unpacked it"),
    "choose_keys": _("Without a network: files with the signer’s keys, from their site (“issuer” and “notary/key”)"),
    "busy": _("Checking …"),
    "more": _("To check a stamping authority’s token too: leeward check-pack FILE --from ADDRESS."),
    "right": _("Right:"),
    "wrong": _("Wrong:"),
    "unchecked": _("Not checked:"),
    "summary_right": _("Everything that was asked is right"),
    "summary_wrong": _("Something is wrong: do not rely on this pack"),
    "summary_unchecked": _("Nothing is wrong, but not everything could be checked here"),
    "noPack": _("This is no pack, or its end is missing. Ask for it again."),
    "files": _("All {count} files are as they were when the pack was made."),
    "manifest": _("The list of files is missing or cannot be read:"),
    "added": _("This file was put in later:"),
    "missing": _("This file is missing:"),
    "changed": _("This file was changed or damaged:"),
    "stray": _("This file lies outside of the pack’s folder:"),
    "unsigned": _("The pack is not signed. Anybody could have put it together, at any time."),
    "signedBy": _(
        "It says that {who} signed it on {when}. To check that, use the page on their own site, or choose their "
        "keys:"
    ),
    "signed": _("Signed by {who} on {when}:"),
    "anotherKey": _("It is not signed with a key of {who}:"),
    "forged": _("The signature does not hold:"),
    "ofAnother": _("It is the signature of another pack:"),
    "signatureUnreadable": _("The signature cannot be read:"),
    "noTimes": _("Nothing in the pack proves how old things are."),
    "timesUnreadable": _("The proofs of age cannot be read:"),
    "proven": _(
        "Of {count} things the proof leads to the number of their hour. How old that number is, the next lines say."
    ),
    "notProven": _("The proof of age is not of this file:"),
    "waiting": _("It had no stamp yet when the pack was made:"),
    "token": _(
        "A stamping authority’s token says how old the number of the hour {when} (UTC) is. This page cannot check it; "
        "this can: {command}"
    ),
    "anotherRoot": _(
        "The file with the number of the hour {when} (UTC) is missing or has another number: a token of it proves "
        "nothing of this pack."
    ),
    "noToken": _(
        "No stamping authority saw the number of the hour {when} (UTC). The signer’s own clock alone says so."
    ),
    "notInLog": _(
        "The number of the hour {when} (UTC) was not in the public log yet when the pack was made. It is "
        "there the next day."
    ),
    "logKey": _(
        "The number of the hour {when} (UTC) is said to be in the public log. To check that, use the page on the "
        "signer’s site, or choose the log’s key:"
    ),
    "logWrong": _("The proof that the number of the hour {when} (UTC) is in the public log does not hold:"),
    "inLog": _("The public log holds the number of the hour {when} (UTC): leaf {number} of {size}:"),
    "noEd25519": _("This browser cannot check the public log’s signature for the number of the hour {when} (UTC):"),
    "chain": _("The chain of custody is broken at event {number}:"),
    "chains": _("Chains of custody that are whole: {count}."),
    "notFiled": _("No chain of custody holds the digest of this file, so nothing says when it was added:"),
    "filed": _("Event {number} of {chain} holds the digest of this file, and is in the tree of the hour {when} (UTC):"),
    "filedYoung": _(
        "Event {number} of {chain} holds the digest of this file, and had no stamp when the pack was made:"
    ),
}  # fmt: skip
