"""Looking for one person by all that names them: exact matches only, each a slow hash, so many in ten minutes."""

from collections.abc import Collection
from datetime import datetime

from leeward.foundation.vault.operations import count_network_try, slow_index
from leeward.justice.register.models import Entry
from leeward.justice.register.rules.terms import EntryState

INDEX, TRIES = "register/term", "register/look"
# A registrar who types guesses is slowed down like a thief.
LOOKS_IN_TEN_MINUTES = 20


def index_of(term: str) -> str:
    """The name under which a term is kept. Raises TooManyAtOnce."""
    return slow_index(term, purpose=INDEX)


def count_look(who: str, *, now: datetime) -> None:
    """Count that somebody looks for a person. Raises TooManyTries."""
    count_network_try(network=who, purpose=TRIES, now=now, limit=LOOKS_IN_TEN_MINUTES)


def find_entry(index: str, *, states: Collection[EntryState]) -> Entry | None:
    """The entry in one of these states that stands under exactly this term."""
    # Of several convictions of one person the one that ends last: its keeper knows the others.
    return Entry.objects.filter(terms__index=index, state__in=states).order_by("-ends_on", "pk").first()
