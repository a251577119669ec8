"""What pages may refer to of a person's file: the limit of what stays between them and the helpline."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.victim.file.law import limit_of_confidence

NO_LIMIT = _("No law that is in use here lets us tell others without your yes.")
KEY = "without-yes"


def register_kinds() -> None:
    """Let pages say when the helpline may tell others without a yes."""
    register(
        Kind(
            name="confidence",
            label=_("What stays between a person and the helpline"),
            hint=_(
                "“without-yes”: when a law lets the helpline tell others without a yes, and how the person is told."
            ),
            tell=_tell,
            keys=lambda _language: [(KEY, KEY)],
        )
    )


def _tell(keys: Collection[str], language: str, now: datetime) -> dict[str, Living]:
    if KEY not in keys:
        return {}
    with override(language):
        words = gettext(limit_of_confidence(today=local_day(now))) or str(NO_LIMIT)
        return {KEY: Living(title=words, said={"": Said(words)})}
