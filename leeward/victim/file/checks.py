"""Says at the start that the nation's file names a harm that there is not."""

from typing import Any

from django.conf import settings
from django.core import checks

from leeward.victim.file.rules.story import Harm


@checks.register()
def check_harms(**_: Any) -> list[checks.CheckMessage]:
    """What no law covers is named by harms that people are asked about."""
    unknown = sorted(settings.LEEWARD_NOT_IN_LAW - set(Harm))
    if not unknown:
        return []
    hint = f"Known are: {', '.join(Harm)}."
    return [
        checks.Error(f"not_in_law names harms that there are not: {', '.join(unknown)}.", hint=hint, id="file.E001")
    ]
