"""A person with a file on which the helpline and the removal desk work."""

from tests.victim.helpline.conftest import dee, her, house, lee, sam
from tests.victim.removals.conftest import chatter, open_company

__all__ = ["chatter", "dee", "her", "house", "lee", "open_company", "sam"]
