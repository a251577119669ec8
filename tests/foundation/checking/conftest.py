"""A room that lets its records and files be checked, and the signer that signs for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from leeward.foundation.accounts.rules import Role
from leeward.foundation.checking.kinds import Checked, Published, SignedKind, all_checked
from tests.counters import start_afresh
from tests.foundation.signing.conftest import NOW, drawn, folder, signer

__all__ = ["drawn", "folder", "signer"]

DIGEST = "1d" * 32
CHECKED = Checked(
    kinds=(
        SignedKind(
            code="test_record",
            name="Record of the tests",
            facts=lambda claims: [("Its words", claims["words"])],
            roles=frozenset({Role.POLICY_OFFICER}),
            is_open=True,
        ),
        SignedKind(
            code="closed_record",
            name="Record for its holder",
            facts=lambda _claims: [("Kind", "closed")],
            roles=frozenset({Role.EXCHANGE_OFFICER}),
            is_open=False,
        ),
    ),
    find=lambda typed: [published()] if typed == "edition-1" else [],
    find_digest=lambda sha256: [published(replaced="/newest")] if sha256 == DIGEST else [],
)


def published(replaced: str | None = "") -> Published:
    return Published(what="A file", title="figures.csv", address="/figures", at=NOW, replaced=replaced)


@pytest.fixture
def room(settings: Any, db: None) -> Iterator[None]:
    """Nothing else can be checked here."""
    settings.LEEWARD_CHECKED = ["tests.foundation.checking.conftest.CHECKED"]
    all_checked.cache_clear()
    start_afresh()
    yield
    all_checked.cache_clear()
