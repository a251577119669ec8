"""How the strategy writes its entries and their history."""

from functools import partial

from leeward.foundation.editing import history
from leeward.policy.strategy.rules.terms import StrategyVerb

# Of these the history says that they changed, and never what they say: it cannot be erased.
PRIVATE = frozenset({"contact", "person", "keeper_email"})

save = partial(history.save_entry, added=StrategyVerb.ADDED, changed=StrategyVerb.CHANGED, private=PRIVATE)
