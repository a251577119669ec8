"""What would be sent for a report now: one plan for each platform, law and rung, whole or with what it lacks."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings

from leeward.foundation.references import write_reference
from leeward.industry.duties.queries import find_regimes
from leeward.industry.duties.rules import Element, Regime
from leeward.industry.platforms.queries import channels_in_use, channels_of, find_partners, profile_of
from leeward.industry.platforms.rules import Channel, ChannelKind, Partner, Profile, Rung
from leeward.victim.file.law import law_here
from leeward.victim.file.operations.files import find_story
from leeward.victim.file.rules.paths import paths_of, shown_on
from leeward.victim.file.rules.story import Harm, Made, Reporter, Shown, Story, Wish
from leeward.victim.removals.errors import DeskUnnamed
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.reports import OpenReport
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.notices import (
    LANGUAGES,
    Behaviour,
    Grounds,
    Lever,
    NoticeFacts,
    NoticeItem,
    NoticeItemKind,
    Sender,
    SenderRole,
    Signature,
    Supplies,
    Supply,
    Synthetic,
    Wishes,
    missing_elements,
)
from leeward.victim.removals.rules.notices.complaint import choose_hearer
from leeward.victim.removals.rules.notices.composing import AT_THE_PLATFORM
from leeward.victim.removals.rules.notices.facts import medium_at
from leeward.victim.removals.rules.notices.supplies import supply_facts, supply_item
from leeward.victim.removals.rules.notices.words import has_country_name
from leeward.victim.removals.rules.reports import ORDER_PAGE, Item, ItemKind
from leeward.victim.removals.rules.states import TO_SEND, Step, may_advance

EVIDENCE_DAYS = 180

BEHAVIOURS = {
    Harm.SHARED: (Behaviour.SHARED,),
    Harm.THREATENED: (Behaviour.THREATENED,),
    Harm.SEXTORTION: (Behaviour.EXTORTED, Behaviour.THREATENED),
    Harm.FILMED_SECRETLY: (Behaviour.TAKEN, Behaviour.SHARED),
    Harm.MADE_BY_AI: (Behaviour.MADE, Behaviour.SHARED),
    Harm.STOLEN: (Behaviour.SHARED,),
    Harm.CREATOR_CONTENT: (Behaviour.SHARED,),
    Harm.DOXXING: (Behaviour.DOXXED,),
    Harm.OUTING: (Behaviour.SHARED, Behaviour.DOXXED, Behaviour.HARASSED),
    Harm.CULTURALLY_SENSITIVE: (Behaviour.SHARED,),
    Harm.HARASSMENT: (Behaviour.HARASSED,),
    Harm.NOT_SURE: (Behaviour.SHARED,),
}


@dataclass(frozen=True, kw_only=True)
class PlannedRequest:
    """One request of a plan, with its place opened."""

    reference: uuid.UUID
    short_reference: str
    ordinal: int
    item: Item
    # The first request about the same thing, where it came back: a notice names its items by it.
    root: uuid.UUID | None = None
    hashes: tuple[FoundHash, ...] = ()
    supplies: tuple[Supply, ...] = ()
    order_number: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticePlan:
    """One notice as it would go out. `missing` is empty and `channel` there where it can be sent."""

    platform: Partner
    regime: Regime
    rung: Rung
    channel: Channel | None
    # The only way that is noted is the inbox here, which nobody of the platform has ever opened.
    is_inbox_unread: bool
    language: str
    requests: tuple[PlannedRequest, ...]
    facts: NoticeFacts
    missing: tuple[Element, ...]

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing is missing and somebody can be written to."""
        return not self.missing and self.channel is not None

    @property
    def key(self) -> str:
        """A name for this plan on a form: which platform, law and rung."""
        order = self.requests[0].order_number
        return "/".join(filter(None, (str(self.platform.public_id), self.regime.code, self.rung, order)))


def plan_notices(
    *, opened: OpenReport, signer: str, now: datetime, only: Iterable[uuid.UUID] = (), rung: Rung | None = None
) -> tuple[NoticePlan, ...]:
    """One plan for each platform and law among the report's requests that wait to be sent.

    `only` narrows it to these requests, which may then also be ones that were sent before (the next rung). `signer` is
    the working name of who signs for the desk; "" signs by the desk's own. Requests without a platform are left out:
    the desk names one first.
    """
    rows = _rows(opened, only=tuple(only))
    story = read_story(opened)
    platforms = find_partners([row.platform_id for row in rows if row.platform_id])
    regimes = find_regimes((row.regime_code, row.regime_version) for row in rows)
    plans = []
    for (platform_id, code, version, row_rung, _order), group in groupby(rows, key=_grouping):
        plans.append(
            _plan(
                opened=opened,
                story=story,
                platform=platforms[platform_id],
                regime=regimes[code, version or None],
                rung=rung or row_rung,
                rows=list(group),
                signer=signer,
                now=now,
            )
        )
    return tuple(plans)


def own_country() -> str:
    """Return the country in which the desk's people live: the nation's code, or its name where the code has no name."""
    code: str = settings.LEEWARD_JURISDICTION
    return code if has_country_name(code) else str(settings.LEEWARD_NATION)


def order_address(order_number: str) -> str:
    """Return where anybody checks an order: whether it is genuine, and whether it still stands."""
    return f"{settings.LEEWARD_URL}{ORDER_PAGE.format(number=order_number)}"


def read_story(opened: OpenReport) -> Story:
    """Read her story. Raises the vault's NotGranted where these keys do not open it."""
    return find_story(opened.file)


def read_item(opened: OpenReport, row: Request) -> Item:
    """Read the place that a request is about; only the platform knows it for what it found itself."""
    if row.kind == ItemKind.MATCH:
        return Item(kind=ItemKind.MATCH)
    return Item.from_text(row.unbox(opened.file, "item"))


def read_supplies(opened: OpenReport, row: Request) -> Supplies:
    """Read what was supplied for a request whose platform missed something."""
    return Supplies.from_text(row.unbox(opened.file, "supplied"))


def _rows(opened: OpenReport, *, only: tuple[uuid.UUID, ...]) -> list[Request]:
    rows = Request.objects.filter(report__reference=opened.reference, platform__isnull=False).exclude(regime_code="")
    rows = rows.select_related("notice").defer("notice__content")
    if only:
        rows = rows.filter(reference__in=only)
        found = [row for row in rows if may_advance(row.state, Step.QUEUED)]
    else:
        found = list(rows.filter(state__in=TO_SEND))
    return sorted(found, key=lambda row: (*map(str, _grouping(row)), row.ordinal))


def _grouping(row: Request) -> tuple[int, str, int, Rung, str]:
    """What goes out apart: what an order names is asked for by that order, and by nothing that a person said."""
    assert row.platform_id is not None  # noqa: S101  # narrows the type; rows without a platform are left out
    return (row.platform_id, row.regime_code, row.regime_version or 0, row.rung, row.order_number)


def _plan(
    *,
    opened: OpenReport,
    story: Story,
    platform: Partner,
    regime: Regime,
    rung: Rung,
    rows: Sequence[Request],
    signer: str,
    now: datetime,
) -> NoticePlan:
    requests = tuple(
        PlannedRequest(
            reference=row.reference,
            ordinal=row.ordinal,
            item=read_item(opened, row),
            root=row.named_by,
            short_reference=row.short_reference,
            hashes=opened.found.get(row.pk, ()),
            supplies=read_supplies(opened, row).given,
            order_number=row.order_number,
        )
        for row in rows
    )
    # A corrected notice goes the way that the first one went.
    earlier = {row.notice.channel for row in rows if row.missing_element and row.notice and row.notice.rung == rung}
    ways = sorted(channels_in_use(platform, rung=rung), key=lambda each: each.kind not in earlier)
    channel = next(iter(ways), None)
    profile = profile_of(platform)
    language = (channel.language if channel else "") or profile.language
    facts = make_facts(
        story=story,
        requests=requests,
        platform=platform,
        profile=profile,
        rung=rung,
        signer=signer,
        now=now,
        addressee=name_addressee(rung, channel=channel, regime=regime),
    )
    return NoticePlan(
        platform=platform,
        regime=regime,
        rung=rung,
        channel=channel,
        is_inbox_unread=channel is None and bool(channels_of(platform, rung=rung)),
        language=language if language in LANGUAGES else LANGUAGES[0],
        requests=requests,
        facts=facts,
        missing=missing_elements(facts, regime.elements),
    )


def name_addressee(rung: Rung, *, channel: Channel | None, regime: Regime) -> str:
    """Who is written to above the platform: the name in the postal address, or the law's regulator; "" if unknown."""
    if rung in AT_THE_PLATFORM:
        return ""
    if channel is not None and channel.kind is ChannelKind.LETTER:
        return channel.address.splitlines()[0].strip()
    hearer = choose_hearer(regime) if rung is Rung.REGULATOR else None
    return hearer.name if hearer else ""


def make_facts(
    *,
    story: Story,
    requests: Sequence[PlannedRequest],
    platform: Partner,
    profile: Profile,
    rung: Rung,
    signer: str,
    now: datetime,
    addressee: str = "",
) -> NoticeFacts:
    """All that a notice may say. The desk signs as authorised agent: no name of hers goes in anywhere.

    A creator's notice has the name that they chose for this and typed on that question alone.
    """
    desk = settings.LEEWARD_DESK
    if desk is None:
        raise DeskUnnamed
    first = min(requests, key=lambda request: request.ordinal)
    reference = write_reference(first.short_reference)
    supplies = dict.fromkeys(each for request in requests for each in request.supplies)
    facts = NoticeFacts(
        reference=reference,
        written_on=now.date(),
        platform=platform.name,
        addressee=addressee,
        rung=rung,
        who=Sender(
            role=SenderRole.AUTHORITY if first.order_number else SenderRole.AGENT,
            name=signer,
            agency=desk.name,
            relay=desk.email,
            country=own_country(),
            signature=Signature(text=signer or desk.name, signed_at=now),
            authority_reference=reference,
        ),
        items=tuple(_notice_item(request, story=story) for request in requests),
        why=_ordered(first.order_number, profile=profile) if first.order_number else _grounds(story, profile=profile),
        ask=Wishes(
            deindex=rung is Rung.SEARCH or Wish.DEINDEX in story.wishes,
            suspend_uploader=Wish.STOP_UPLOADER in story.wishes,
            preserve_days=EVIDENCE_DAYS if Wish.KEEP_EVIDENCE in story.wishes else None,
        ),
    )
    return supply_facts(facts, tuple(supplies), now=now)


def _ordered(order_number: str, *, profile: Profile) -> Grounds:
    """Why it must go where a court says so: its order, and nothing that a person would have to declare."""
    return Grounds(
        behaviours=(Behaviour.SHARED,),
        is_on_service=True,
        good_faith=True,
        is_accurate=True,
        policy_clause=profile.policy_clause,
        levers=(Lever.ORDER, Lever.DUTY),
        order_reference=order_address(order_number),
    )


def _grounds(story: Story, *, profile: Profile) -> Grounds:
    did_not_agree = story.reporter is not Reporter.THIRD_PARTY
    levers = {Lever(each) for row in paths_of(story, law=law_here()) for each in row.levers}
    owns = Lever.COPYRIGHT in levers
    return Grounds(
        behaviours=BEHAVIOURS[story.harm],
        is_on_service=True,  # a request goes to the platform at which it stands; above it the notice does not say so
        did_not_agree=did_not_agree,
        good_faith=True,
        is_accurate=True,
        under_perjury=True,
        policy_clause=profile.policy_clause,
        levers=(Lever.DUTY, *sorted(levers if did_not_agree else levers - {Lever.PRIVACY})),
        is_author=owns,
        rights_holder=story.agent if owns else "",
    )


def _notice_item(request: PlannedRequest, *, story: Story) -> NoticeItem:
    item = request.item
    is_synthetic = story.made is Made.MADE_BY_AI or story.harm is Harm.MADE_BY_AI
    known = story.made not in (Made.UNKNOWN,)
    found = NoticeItem(
        kind=NoticeItemKind(item.kind),
        url=item.url,
        handle=" ".join(part for part in (item.site if not item.url else "", item.handle) if part),
        medium=medium_at(item.url),
        synthetic=Synthetic.YES if is_synthetic else Synthetic.NO if known else Synthetic.UNSURE,
        shows=shown_on(story) or (Shown.OTHER,),
        hashes=request.hashes,
    )
    return supply_item(found, request.supplies)
