"""Whom to talk to, by what a person ticked and how they wish to be treated, and for which wishes each is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.society.directory.queries.cards import Card
from leeward.society.directory.queries.suggesting import Asked, Context, suggest_because, suggest_cards
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.offers import offers_of
from leeward.victim.helpline.queries.cases import CaseView
from leeward.victim.network.rules.members import Kind

USUAL = 3


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Whom one person is offered: services that wishes ask for, with these, then what is named on their path."""

    services: tuple[tuple[Card, tuple[Need, ...]], ...]
    usual: tuple[Card, ...] = ()

    def without(self, *named: UUID | None) -> "Offered":
        """The same without services that are named elsewhere on the page."""
        known = set(named) - {None}
        return Offered(
            services=tuple(each for each in self.services if each[0].service_id not in known),
            usual=tuple(card for card in self.usual if card.service_id not in known),
        )


def read_offers(view: CaseView, *, now: datetime, most: int) -> Offered:
    """Whom one case is offered: `most` services that wishes ask for, and those of its path where it has one."""
    context, offers = context_of_case(view), offers_of(view.needs.ticked)
    asked = {
        each.need: Asked(
            needs=each.services,
            people=each.people,
            ways=each.ways,
            language=view.language.partition("-")[0] if each.speaks else "",
        )
        for each in offers
    }
    services = suggest_because(context, asked, now=now, most=most)
    known = {card.service_id for card, _because in services} - {None}
    others = suggest_cards(context, now=now, most=USUAL) if view.paths else ()
    return Offered(services=services, usual=tuple(card for card in others if card.service_id not in known))


def kinds_to_offer(view: CaseView) -> Mapping[Kind, tuple[Need, ...]]:
    """What members of the network can be asked for, with the wishes for it; none where their path alone asks for it."""
    kinds: dict[Kind, tuple[Need, ...]] = {Kind(kind): () for row in view.paths for kind in row.kinds}
    for each in offers_of(view.needs.ticked):
        for kind in map(Kind, each.kinds):
            kinds[kind] = (*kinds.get(kind, ()), each.need)
    return dict(sorted(kinds.items(), key=lambda each: -len(each[1])))


def context_of_case(view: CaseView) -> Context:
    """Where in the directory's words a person stands: on the most pressing of their paths."""
    return Context(view.paths[0].support) if view.paths else Context.HELP
