"""What pages may refer to of the removal desk: how somebody begins there, and what else there is while nobody reads."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.foundation.work.doors import DESK, takes_in
from leeward.victim.removals.rules.reports import Path

# What a page says while somebody at the desk reads, and while nobody does.
OFFERS = {
    Path.THREAT: (_("Tell our desk, so that it is ready"), _("What you can do now")),
    Path.ONLINE: (_("Let our desk ask the sites for you"), _("How to have it taken down")),
}


def register_kinds() -> None:
    """Let pages lead to the removal desk, in words that say what it can do now."""
    register(
        Kind(
            name="report",
            label=_("Telling the removal desk"),
            hint=_("“threat” and “online”: leads to the desk, or to what else there is while nobody there can read."),
            tell=_tell,
            keys=lambda _language: [(path.value, str(offer[0])) for path, offer in OFFERS.items()],
        )
    )


def _tell(keys: Collection[str], language: str, _now: datetime) -> dict[str, Living]:
    asked = {path: offer for path, offer in OFFERS.items() if path in keys}
    if not asked:
        return {}
    is_open = takes_in(DESK)
    with override(language):
        return {path.value: _living(path, str(offer[not is_open])) for path, offer in asked.items()}


def _living(path: Path, words: str) -> Living:
    said = Said(words, reverse("removals:my-begin", kwargs={"path": path}))
    return Living(title=words, said={"": said})
