"""docs/webhooks.md holds real bytes and a verifier that works: whoever copies them gets what they say."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from leeward.foundation.outbox.hooks import HOOK_LIMITS
from leeward.foundation.outbox.rules.retries import PAUSES, TRIES
from leeward.foundation.outbox.signing import webhook_headers, webhook_public_key

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
SEED = bytes(range(32))
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")


@pytest.fixture
def example() -> dict[str, str]:
    block = next(block for block in re.findall(r"```\n(.+?)```", GUIDE, re.DOTALL) if "public key" in block)
    return dict(re.split(r"\s{2,}", line, maxsplit=1) for line in block.strip().splitlines())


@pytest.fixture
def verify() -> Any:
    code = re.search(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    assert code
    found: dict[str, Any] = {}
    exec(code[1], found)  # noqa: S102 - the guide's own code
    return found["verify"]


def test_the_example_is_what_we_send(example: dict[str, str], settings: Any) -> None:
    settings.LEEWARD_SIGNING_KEY = SEED
    assert webhook_public_key() == example["public key"]
    at = datetime.fromtimestamp(int(example["webhook-timestamp"]), UTC)
    assert json.loads(example["body"])["timestamp"] == at.isoformat()
    headers = webhook_headers(parcel=UUID(example["webhook-id"]), at=at, body=example["body"].encode())
    assert headers == {name: example[name] for name in NAMES}


def test_the_verifier_takes_it_and_nothing_that_was_changed(example: dict[str, str], verify: Any) -> None:
    headers, body, now = {name: example[name] for name in NAMES}, example["body"].encode(), 1777896000 + 299
    key = example["public key"]
    assert verify(headers, body, public_key=key, now=now)
    assert not verify(headers, body, public_key=key, now=now + 2)
    assert not verify(headers, body + b" ", public_key=key, now=now)
    for name in NAMES[:2]:
        changed = {**headers, name: headers[name].replace("1", "2", 1)}
        assert not verify(changed, body, public_key=key, now=int(changed[NAMES[1]]))
    several = {**headers, NAMES[2]: f"v1,abcd v1a,AAAA {headers[NAMES[2]]}"}
    assert verify(several, body, public_key=key, now=now)
    assert not verify({**headers, NAMES[2]: "v1,abcd"}, body, public_key=key, now=now)
    assert not verify({**headers, NAMES[2]: "v1a,%%%"}, body, public_key=key, now=now)


def test_the_guide_says_what_the_code_does() -> None:
    minutes = [int(pause.total_seconds() // 60) for pause in PAUSES]
    assert minutes == [5, 30, 3 * 60, 20 * 60]
    assert "5 minutes, 30 minutes, 3 hours and 20 hours" in GUIDE
    assert TRIES == 5
    assert "After the fifth" in GUIDE
    assert f"within {HOOK_LIMITS.seconds:g} seconds" in GUIDE
