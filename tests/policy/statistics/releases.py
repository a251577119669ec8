"""Releases of figures as the tests speak of them: editions of one shelf."""

from functools import partial

from leeward.foundation.editions import operations, queries
from leeward.policy.statistics.published import draft
from leeward.policy.statistics.queries.releases import FIGURES

draft_release = draft
plan_release = partial(operations.plan_edition, shelf=FIGURES)
unplan_release = partial(operations.unplan_edition, shelf=FIGURES)
all_releases = partial(queries.all_editions, FIGURES)
drafts = partial(queries.drafts, FIGURES)
find_draft = partial(queries.find_draft, FIGURES)
find_for_staff = partial(queries.find_for_staff, FIGURES)
find_release = partial(queries.find_edition, FIGURES)
planned = partial(queries.planned, FIGURES)
read_file = partial(queries.read_file, FIGURES)


def sign_release(*, edition: str, **said: object) -> None:
    operations.sign_edition(shelf=FIGURES, name=edition, **said)  # type: ignore[arg-type]


def discard_draft(*, edition: str, **said: object) -> None:
    operations.discard_draft(shelf=FIGURES, name=edition, **said)  # type: ignore[arg-type]
