"""What anybody can check of the statistics: the signed record of each release, and each of its files."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.checking.kinds import Checked, Published, SignedKind
from leeward.foundation.days import write_day
from leeward.foundation.editions.errors import EditionUnknown
from leeward.foundation.editions.queries import editions_with, find_edition
from leeward.foundation.editions.records import Edition
from leeward.foundation.web.components import Text
from leeward.policy.statistics.queries.releases import FIGURES, release_address
from leeward.policy.statistics.rules.claims import KIND

NAME = _("Release of statistics")


def facts(claims: Any) -> list[tuple[Text, object]]:
    """A release's claims in words."""
    return [
        (_("Edition"), claims["edition"]),
        (_("Covers periods up to"), write_day(date.fromisoformat(claims["covers_until"]))),
        (_("Digest of its list of files (SHA-256)"), claims["sha256"]),
    ]


def find(typed: str) -> Iterable[Published]:
    """A release by its edition."""
    try:
        yield _published(find_edition(FIGURES, typed), "")
    except EditionUnknown:
        return


def find_digest(sha256: str) -> Iterable[Published]:
    """Files of releases with this digest."""
    return [_published(release, name) for release, name in editions_with(FIGURES, sha256)]


def _published(release: Edition, name: str) -> Published:
    assert release.signed_at is not None  # noqa: S101  # narrows the type
    return Published(
        what=NAME,
        title=f"{release.title}, {name}" if name else release.title,
        address=release_address(release.name),
        at=release.signed_at,
        replaced=release_address(release.replaced_by) if release.replaced_by else "",
    )


CHECKED = Checked(
    kinds=(SignedKind(code=KIND, name=NAME, facts=facts, roles=frozenset({Role.POLICY_OFFICER}), is_open=True),),
    find=find,
    find_digest=find_digest,
)
