"""Which of a law's elements a notice still lacks. Every element of `duties` has its check here; a test sees to it."""

from collections.abc import Callable, Mapping, Sequence

from leeward.industry.duties.rules import Element
from leeward.victim.removals.rules.notices.facts import ACTS_FOR_ANOTHER, Lever, NoticeFacts
from leeward.victim.removals.rules.notices.words import words_of


def missing_elements(facts: NoticeFacts, elements: Sequence[Element]) -> tuple[Element, ...]:
    """Return those of `elements` that the facts lack, in the order given; one without a check counts as missing."""
    return tuple(element for element in elements if element not in CHECKS or not CHECKS[element](facts))


def name_element(element: Element, *, language: str) -> str:
    """The element in words, as part of a sentence. Raises LanguageUnknown."""
    return words_of(language).say("shared.elements", element)


def _has_signature(facts: NoticeFacts) -> bool:
    return facts.who.signature is not None and bool(facts.who.signature.text.strip())


def _has_authority(facts: NoticeFacts) -> bool:
    return facts.who.role not in ACTS_FOR_ANOTHER or bool(facts.who.authority_reference.strip())


def _has_email(facts: NoticeFacts) -> bool:
    name, at, domain = facts.who.relay.strip().rpartition("@")
    return bool(name and at and domain) and not any(sign.isspace() for sign in facts.who.relay.strip())


# Where the notice names the regime's duty, it quotes the regime's own provision.
CHECKS: Mapping[Element, Callable[[NoticeFacts], bool]] = {
    Element.SIGNATURE: _has_signature,
    Element.IDENTIFICATION: lambda facts: all(item.is_identified for item in facts.items),
    Element.LOCATION: lambda facts: all(item.is_located for item in facts.items),
    Element.EXACT_URLS: lambda facts: all(item.has_exact_address for item in facts.items),
    Element.ON_THE_SERVICE: lambda facts: facts.why.is_on_service,
    # A court has found it: its order says so in place of the person, whom nobody has asked.
    Element.NON_CONSENT: lambda facts: facts.why.did_not_agree or bool(facts.why.order_reference.strip()),
    Element.GOOD_FAITH: lambda facts: facts.why.good_faith,
    Element.ACCURACY: lambda facts: facts.why.is_accurate,
    Element.PENALTY_OF_PERJURY: lambda facts: facts.why.under_perjury,
    Element.REASONS_ILLEGAL: lambda facts: (
        facts.why.did_not_agree or bool(facts.why.explanation.strip()) or bool(facts.why.order_reference.strip())
    ),
    Element.LEGAL_BASIS: lambda facts: Lever.DUTY in facts.why.levers or bool(facts.why.legal_basis.strip()),
    Element.POLICY_CLAUSE: lambda facts: bool(facts.why.policy_clause.strip()),
    Element.CONTACT: lambda facts: bool(facts.who.relay.strip()),
    Element.EMAIL: _has_email,
    Element.REPORTER_NAME: lambda facts: bool(facts.who.name.strip() or facts.who.agency.strip()),
    Element.REPORTER_ROLE: lambda _facts: True,
    Element.AUTHORITY_TO_ACT: _has_authority,
    Element.COUNTRY: lambda facts: bool(facts.who.country.strip()),
    Element.PRIOR_REPORT: lambda facts: bool(facts.why.prior_report.strip()),
    Element.ORDER_REFERENCE: lambda facts: bool(facts.why.order_reference.strip()),
    Element.DISCLOSURE_CHOICE: lambda _facts: True,
}
