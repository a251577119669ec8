"""The demonstration's made-up nation: who is in it, and the processes that play it.

Everything lies in the data folder, so that removing it starts afresh.
"""

from leeward.config.demonstration.cast import PARTNERS, DemonstrationFacts, StaffFacts, found_nation, read_facts
from leeward.config.demonstration.troupe import (
    DemonstrationFailed,
    Ports,
    Troupe,
    choose_ports,
    is_free,
    parts,
    wait_until_answers,
)

__all__ = [
    "PARTNERS",
    "DemonstrationFacts",
    "DemonstrationFailed",
    "Ports",
    "StaffFacts",
    "Troupe",
    "choose_ports",
    "found_nation",
    "is_free",
    "parts",
    "read_facts",
    "wait_until_answers",
]
