"""What the demonstration says of itself in the public log: that the days of its past are made up."""

from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind

MADE_UP_KIND, MADE_UP_NAME = "made-up-past", "the leaves before this one"
MADE_UP_WORDS = (
    b"This is a demonstration. The leaves before this one are of a past that is made up. They were written at once "
    b"when the demonstration was founded, and the days that they claim are not the days on which they were written.\n"
)
MADE_UP_PAST = LeafKind(code=MADE_UP_KIND, title=_("Made-up past, not published on these days"))
