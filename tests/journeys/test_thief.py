"""The thief of the removal desk's tour finds what a secret of the web server opens, or finding nothing says nothing."""

import secrets

from leeward.foundation.vault.rules.seals import KEY_BYTES, NONCE_BYTES, derive_key, key_from_text, seal
from leeward.foundation.vault.rules.texts import seal_text_field
from tests.journeys.thief import Box, box_of_field, box_of_seal, open_by_keys, raw_keys

STORY = "بدأ الأمر عند المرفأ."


def sealed(key: bytes, *, name: str) -> list[Box]:
    """A story, a person's key and what stood in a cookie, as the database keeps each."""
    field = seal_text_field(STORY, key=key, generation=1, nonce=secrets.token_bytes(NONCE_BYTES), bound="elsewhere")
    small, cookie = (seal(name, key=key, nonce=secrets.token_bytes(NONCE_BYTES), place=at) for at in ("slot", "visit"))
    return [
        box_of_field(f"{name} field", field),
        box_of_seal("slot", small),
        box_of_seal(f"{name} text", cookie, "", "visit"),
    ]


def test_what_a_secret_of_the_web_server_opens_is_found_among_what_it_does_not() -> None:
    secret = secrets.token_urlsafe()
    derived = key_from_text(secret, purpose="leeward/text/visit")
    others = [box for _ in range(20) for box in sealed(secrets.token_bytes(KEY_BYTES), name="another's")]
    raw = set(raw_keys({secret, secrets.token_urlsafe()}, {"", "visit", "bank"}))
    for key, name in (
        (derived, "text"),
        (derive_key(derived, purpose="field"), "field"),
        (secret.encode()[:KEY_BYTES], "plain"),
    ):
        found = list(open_by_keys(raw, [*others, *sealed(key, name=name), *others]))
        assert sorted(found) == sorted([f"{name} field: {STORY}", f"slot: {name}", f"{name} text: {name}"])
