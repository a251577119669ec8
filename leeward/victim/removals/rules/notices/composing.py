"""Writes one notice out of its facts, under one regime and in one language: subject, text, form fields, letter."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from leeward.industry.duties.rules import CopyScope, Element, Regime
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.rules.notices.cleaning import clean_line, clean_lines
from leeward.victim.removals.rules.notices.elements import missing_elements, name_element
from leeward.victim.removals.rules.notices.errors import LeverWithoutGround, NoticeIncomplete
from leeward.victim.removals.rules.notices.facts import Behaviour, Lever, NoticeFacts, NoticeItem, Sender
from leeward.victim.removals.rules.notices.letter import ITEM_LEVEL, Letter, Part, write_text
from leeward.victim.removals.rules.notices.supplies import DECLARED
from leeward.victim.removals.rules.notices.words import TemplateUsed, Words, name_country, name_jurisdiction, words_of
from leeward.victim.removals.rules.regimes import GENERIC

# Who can act on the items themselves; everybody further up is told about the provider.
AT_THE_PLATFORM = frozenset({Rung.PLATFORM, Rung.TRUSTED_FLAGGER})
HOLDING_IT = AT_THE_PLATFORM | {Rung.HOST, Rung.CDN, Rung.SEARCH}
# These levers read differently to somebody who does not hold the items.
TOLD_OF_PROVIDER = frozenset({Lever.DUTY, Lever.CRIMINAL_CASE, Lever.TERMS})
# These are the platform's own; whoever else reads the notice is told of the provider's.
OF_PLATFORM = frozenset({"policy_clause", "prior_report", "object_id", "supplied"})
LABELS = "shared.labels"
HEADINGS = "shared.headings"


@dataclass(frozen=True, kw_only=True)
class ComposedNotice:
    """A notice as it goes out. `fields` are (name, value) in a form's order; `template` is kept with what was sent."""

    reference: str
    language: str
    direction: str
    subject: str
    text: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    template: TemplateUsed


def compose(facts: NoticeFacts, regime: Regime, *, language: str) -> ComposedNotice:
    """Compose the notice. Raises NoticeIncomplete, LeverWithoutGround, LanguageUnknown."""
    words = words_of(language)
    missing = missing_elements(facts, regime.elements)
    if missing:
        raise NoticeIncomplete(missing=missing, words=[name_element(each, language=language) for each in missing])
    check_levers(facts)
    writer = _Writer(facts=facts, regime=regime, words=words)
    parts = tuple(writer.parts())
    return ComposedNotice(
        reference=clean_line(facts.reference),
        language=language,
        direction=words.direction,
        subject=words.say(f"rungs.{facts.rung}", "subject", reference=clean_line(facts.reference)),
        text=write_text(parts),
        fields=tuple(writer.fields()),
        parts=parts,
        template=words.template_used(rung=facts.rung, family=facts.why.family),
    )


def describe_item(item: NoticeItem, *, language: str) -> str:
    """What an item shows, in words; "" where nothing is known. Raises LanguageUnknown."""
    say = words_of(language).say
    return say("shared.signs", "comma").join(say("shared.shown", each) for each in item.shows)


def find_declarations(notice: ComposedNotice) -> str:
    """What is declared in a composed notice, a line each."""
    label = words_of(notice.language).say(LABELS, "declarations")
    return next((value for name, value in notice.fields if name == label), "")


def say_link(*, address: str, last_day: date, language: str) -> str:
    """The lines that stand below a mail to somebody who may answer without an account. Raises LanguageUnknown."""
    return f"{words_of(language).say('link', 'answer', day=last_day.isoformat())}\n{address}\n"


def letter_of(notice: ComposedNotice, facts: NoticeFacts, *, addressee: tuple[str, ...] = ()) -> Letter:
    """The notice as a letter. `addressee` are the lines of the address; without any, whoever the notice names."""
    words = words_of(notice.language)
    named = facts.platform if facts.rung in AT_THE_PLATFORM else facts.addressee
    return Letter(
        title=notice.subject,
        language=notice.language,
        direction=notice.direction,
        reference=notice.reference,
        written_on=facts.written_on,
        sender=sender_lines(facts.who),
        addressee=tuple(clean_line(line) for line in addressee or (named,) if clean_line(line)),
        parts=notice.parts,
        columns=(words.say(LABELS, "field"), words.say(LABELS, "value")),
    )


def sender_lines(who: Sender) -> tuple[str, ...]:
    """Who writes, as a letter's head says it: the organisation (for want of one, the name), and where to answer."""
    return tuple(line for line in (clean_line(who.agency) or clean_line(who.name), clean_line(who.relay)) if line)


def check_levers(facts: NoticeFacts) -> None:
    """Raise LeverWithoutGround where a lever is named without what it rests on."""
    why = facts.why
    needed = {
        Lever.CRIMINAL_CASE: (
            why.case_authority.strip() and why.case_reference.strip(),
            "the authority and its reference",
        ),
        Lever.COPYRIGHT: (why.is_author, "the person depicted to have made it herself"),
        Lever.TERMS: (why.policy_clause.strip(), "the clause of the platform's rules"),
        Lever.PRIVACY: (why.did_not_agree, "the statement that the person depicted did not agree"),
        Lever.ORDER: (why.order_reference.strip(), "the order's number"),
    }
    for lever in why.levers:
        is_there, what = needed.get(lever, (True, ""))
        if not is_there:
            raise LeverWithoutGround(lever=lever, needed=what)


def say_instant(at: datetime) -> str:
    """Return a time in UTC and in digits, which every reader understands."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """Writes the parts of one notice, and the same as fields."""

    facts: NoticeFacts
    regime: Regime
    words: Words

    def parts(self) -> Iterator[Part]:
        facts, rung = self.facts, f"rungs.{self.facts.rung}"
        yield Part(paragraphs=(self.words.say(rung, "opening"),), rows=self._rows(self._about()))
        if supplied := tuple(self._supplied()):
            yield Part(heading=self._head("supplied"), rows=supplied)
        yield Part(
            heading=self._head("who"),
            paragraphs=(self.words.say("shared.acting", facts.who.role),),
            rows=self._rows(self._sender()),
        )
        yield Part(heading=self._head("what"), paragraphs=(self.words.say(f"families.{facts.why.family}", "text"),))
        for number, item in enumerate(facts.items, start=1):
            heading = self.words.say(HEADINGS, "item", number=number)
            yield Part(heading=heading, level=ITEM_LEVEL, rows=tuple(self._item(item)))
        yield Part(
            heading=self._head("why"),
            paragraphs=tuple(self._levers()),
            rows=self._rows(self._grounds()),
            points=tuple(self._declarations()),
        )
        yield Part(heading=self._head("ask"), points=tuple(self._asks()))
        if when := self._rows(self._when()):
            yield Part(heading=self._head("when"), rows=when)
        if signature := self._rows(self._signature()):
            yield Part(heading=self._head("signature"), rows=signature)

    def fields(self) -> Iterator[tuple[str, str]]:
        """The same in the order of a form: about, who, items, why, declarations, what is asked, when, signature."""
        yield from self._rows(self._about())
        yield from self._supplied()
        yield from self._rows(self._sender())
        for number, item in enumerate(self.facts.items, start=1):
            heading = self.words.say(HEADINGS, "item", number=number)
            yield from ((f"{heading}: {label}", value) for label, value in self._item(item))
        yield from self._rows(self._grounds())
        yield self.words.say(LABELS, "declarations"), "\n".join(self._declarations())
        yield self._head("ask"), "\n".join(self._asks())
        yield from self._rows(self._when())
        yield from self._rows(self._signature())

    def _supplied(self) -> Iterator[tuple[str, str]]:
        """What the platform named as missing: each element by its name, with what is said to it now."""
        for supply in self.facts.supplied:
            name = name_element(supply.element, language=self.words.language)
            said = self.words.say(*DECLARED[supply.element]) if supply.element in DECLARED else supply.words
            yield name, "\n".join(clean_lines(said))

    def _head(self, key: str) -> str:
        return self.words.say(HEADINGS, self._key(key))

    def _rows(self, named: Iterator[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((self.words.say(LABELS, self._key(key)), value) for key, value in named if value)

    def _key(self, key: str) -> str:
        is_told = self.facts.rung not in AT_THE_PLATFORM and key in OF_PLATFORM
        return f"provider_{key}" if is_told else key

    def _about(self) -> Iterator[tuple[str, str]]:
        yield "reference", clean_line(self.facts.reference)
        yield "date", self.facts.written_on.isoformat()
        if self.facts.rung in AT_THE_PLATFORM:
            yield "platform", clean_line(self.facts.platform)
        else:
            yield "platform", clean_line(self.facts.addressee)
            yield "provider", clean_line(self.facts.platform)
        if self.regime.code != GENERIC:
            yield "law", clean_line(self.regime.name)
            yield "jurisdiction", name_jurisdiction(clean_line(self.regime.jurisdiction), language=self.words.language)

    def _sender(self) -> Iterator[tuple[str, str]]:
        who = self.facts.who
        yield "role", self.words.say("shared.roles", who.role)
        for key in ("name", "agency", "relay"):
            yield key, clean_line(getattr(who, key))
        yield "country", name_country(clean_line(who.country), language=self.words.language)
        yield "authority_reference", clean_line(who.authority_reference)

    def _item(self, item: NoticeItem) -> Iterator[tuple[str, str]]:
        say = self.words.say
        yield from self._rows(
            iter(
                (
                    ("kind", say("shared.kinds", item.kind)),
                    ("url", clean_line(item.url)),
                    ("handle", clean_line(item.handle)),
                    ("object_id", clean_line(item.object_id)),
                    ("first_seen_at", say_instant(item.first_seen_at) if item.first_seen_at else ""),
                    ("surface", say("shared.surfaces", item.surface)),
                    ("medium", say("shared.media", item.medium) if item.medium else ""),
                    ("synthetic", say("shared.synthetic", item.synthetic)),
                    ("shows", say("shared.signs", "comma").join(say("shared.shown", each) for each in item.shows)),
                    ("description", "\n".join(clean_lines(item.description))),
                )
            )
        )
        for each in item.hashes:
            yield say(LABELS, "hash", type=clean_line(each.hash_type)), clean_line(each.value)
        yield from self._rows(iter((("hash_family", clean_line(item.hash_family)),)))
        for copy in item.known_copies:
            yield say(LABELS, "known_copy"), clean_line(copy)

    def _grounds(self) -> Iterator[tuple[str, str]]:
        why = self.facts.why
        done = [self.words.say("shared.behaviours", each) for each in Behaviour if each in why.behaviours]
        yield "behaviours", self.words.say("shared.signs", "comma").join(done)
        yield "explanation", "\n".join(clean_lines(why.explanation))
        yield "legal_basis", self._basis()
        yield "policy_clause", clean_line(why.policy_clause)
        yield "rights_holder", clean_line(why.rights_holder) if Lever.COPYRIGHT in why.levers else ""
        yield "order_reference", clean_line(why.order_reference)
        yield "prior_report", "\n".join(clean_lines(why.prior_report))

    def _basis(self) -> str:
        own = "" if self.regime.code == GENERIC else self.regime.legal_basis
        return clean_line(self.facts.why.legal_basis) or clean_line(own)

    def _levers(self) -> Iterator[str]:
        why = self.facts.why
        values = {
            Lever.DUTY: {"law": clean_line(self.regime.name), "basis": self._basis()},
            Lever.CRIMINAL_CASE: {"authority": clean_line(why.case_authority), "case": clean_line(why.case_reference)},
            Lever.TERMS: {"clause": clean_line(why.policy_clause)},
            Lever.ORDER: {"order": clean_line(why.order_reference)},
        }
        levers = set(why.levers)
        if self.regime.code == GENERIC:  # nobody owes it to a law, so the platform's own rules are named
            levers = levers - {Lever.DUTY} | {Lever.TERMS}
        for lever in Lever:
            if lever in levers:
                theirs = AT_THE_PLATFORM if lever is Lever.TERMS else HOLDING_IT
                is_told = self.facts.rung not in theirs and lever in TOLD_OF_PROVIDER
                key = f"provider_{lever}" if is_told else lever
                yield self.words.say("shared.levers", key, **values.get(lever, {}))

    def _declarations(self) -> Iterator[str]:
        why = self.facts.why
        asked = {*self.regime.elements, *(supply.element for supply in self.facts.supplied)}
        declared = {
            "on_the_service": why.is_on_service and self.facts.rung in AT_THE_PLATFORM,
            "did_not_agree": why.did_not_agree,
            "good_faith": why.good_faith,
            "is_accurate": why.is_accurate,
            # A declaration under penalty is a risk for who makes it: it stands only where it is asked for.
            "under_perjury": why.under_perjury and Element.PENALTY_OF_PERJURY in asked,
        }
        return (self.words.say("shared.statements", key) for key, is_declared in declared.items() if is_declared)

    def _asks(self) -> Iterator[str]:
        ask, say = self.facts.ask, self.words.say
        if ask.remove:
            yield say(f"rungs.{self.facts.rung}", "demand")
        if self.facts.rung in AT_THE_PLATFORM:
            yield from self._asks_of_platform()
        if ask.preserve_days is not None and self.facts.rung in HOLDING_IT:
            yield say("shared.asks", "preserve", days=ask.preserve_days)
        yield say("shared.asks", "keep_sender_secret" if ask.keep_sender_secret else "may_name_sender")
        if ask.reply_to_relay:
            yield say("shared.asks", "reply", relay=clean_line(self.facts.who.relay))
        yield say("shared.asks", "incomplete")

    def _asks_of_platform(self) -> Iterator[str]:
        ask, say = self.facts.ask, self.words.say
        scope = self.regime.copies if ask.copies is None else ask.copies
        if scope is not CopyScope.NONE:
            yield say("shared.asks", scope)
        if ask.deindex:
            yield say("shared.asks", "deindex")
        if ask.suspend_uploader:
            yield say("shared.asks", "suspend_uploader")

    def _when(self) -> Iterator[tuple[str, str]]:
        hours = self.regime.limit_hours
        yield "limit_hours", "" if hours is None else f"{hours:g}"
        yield "due_at", say_instant(self.facts.due_at) if self.facts.due_at else ""

    def _signature(self) -> Iterator[tuple[str, str]]:
        signature = self.facts.who.signature
        if signature is not None:
            yield "signature", clean_line(signature.text)
            yield "signed_at", say_instant(signature.signed_at)
