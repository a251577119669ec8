"""Watching by hash: where a platform finds a picture that she protects, it is asked again, without her telling it anew.

Only her yes joins a report to the pictures of the same person, and only the monitor can read what joins them.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import ServiceKeys, make_file, open_sealed
from leeward.foundation.vault.rules.grants import Compartment, PrivateKey
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.queries import list_matches
from leeward.industry.bank.rules import PictureMatch
from leeward.industry.duties.queries import active_regimes
from leeward.industry.platforms.queries import find_partners, profile_of
from leeward.industry.platforms.rules import Partner
from leeward.victim.removals.models import Match, NoticeState, PictureWatch, Report, Request
from leeward.victim.removals.operations.notices import readers_of
from leeward.victim.removals.operations.picture_watches import link_place, plan_look
from leeward.victim.removals.operations.reports import own_due_at
from leeward.victim.removals.operations.returns import (
    AT_THE_DOOR,
    MOST_RETURNS,
    RETURNS_WITHIN,
    ask_at_the_door,
    follow_root,
    reopen_report,
    version_in_force,
)
from leeward.victim.removals.operations.steps import locked_request, note_news_of, set_clocks, take_step
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.matches import (
    MOST_HASHES,
    STANDING,
    FoundHash,
    PictureLink,
    is_all_blocked,
    sort_matches,
)
from leeward.victim.removals.rules.regimes import choose_regime
from leeward.victim.removals.rules.reports import ItemKind, ReportState
from leeward.victim.removals.rules.states import RequestState, Step, may_advance

LEASE = timedelta(minutes=10)
# More than this of one person's hashes at once is looked at in the newest first.
MOST_MATCHES = 500


def look_for_matches(*, now: datetime, limit: int, monitor: PrivateKey | ServiceKeys) -> int:
    """Look at every picture watch whose time has come; returns how many. Safe to repeat and to kill."""
    due = PictureWatch.objects.filter(next_look_at__lte=now).order_by("next_look_at", "pk")[:limit]
    found = list(due.select_related("report"))
    for watch in found:
        untouched = PictureWatch.objects.filter(pk=watch.pk, next_look_at=watch.next_look_at)
        if untouched.update(next_look_at=now + LEASE):  # another monitor looks elsewhere
            look_at_watch(watch, monitor=monitor, now=now)
    return len(found)


def look_at_watch(watch: PictureWatch, *, monitor: PrivateKey | ServiceKeys, now: datetime) -> None:
    """Ask wherever one person's pictures were found since the last look, and note where they are blocked by now."""
    reference = watch.report.reference
    try:
        link = PictureLink.from_text(open_sealed(monitor, watch.link, place=link_place(watch)))
        matches = list_matches(link.submission, limit=MOST_MATCHES)
    except (SealBroken, SubmissionUnknown):  # the monitor's key was lost, or she has erased the pictures
        # Not where the box was sealed anew while we looked: that one is looked at when the lease has ended.
        PictureWatch.objects.filter(pk=watch.pk, link=watch.link).delete()
        return
    at: dict[int, list[PictureMatch]] = defaultdict(list)
    for match in matches:
        at[match.platform_id].append(match)
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(reference=reference).first()
        if report is None or not PictureWatch.objects.filter(pk=watch.pk).exists():
            return  # she changed her mind while we looked
        if report.state != ReportState.DRAFT:
            partners = find_partners(list(at))
            for platform_id, found in at.items():
                _look_at_platform(report, partners[platform_id], found, link=link, now=now)
        PictureWatch.objects.filter(pk=watch.pk).update(next_look_at=plan_look(now))


def _look_at_platform(
    report: Report, partner: Partner, found: Sequence[PictureMatch], *, link: PictureLink, now: datetime
) -> None:
    _note_blocked(report, partner, found, link=link, now=now)
    standing = {link.name_answer(match): match for match in found if match.answer in STANDING}
    known = set(Match.objects.filter(answer__in=list(standing)).values_list("answer", flat=True))
    new = [match for name, match in standing.items() if name not in known]
    if not new:
        return
    last = _match_requests(report, partner).order_by("-ordinal").first()
    sorted_out = sort_matches(
        new,
        last=last.state if last else None,
        settled_at=_settled_at(last),
        room=MOST_HASHES - last.matches.count() if last else 0,
    )
    if last is not None:
        _note_matches(last, sorted_out.taken_along, partner=partner, link=link, now=now)
    if sorted_out.to_ask:
        _ask(report, partner, sorted_out.to_ask, link=link, now=now)


def _note_blocked(
    report: Report, partner: Partner, found: Sequence[PictureMatch], *, link: PictureLink, now: datetime
) -> None:
    """Note an answer where the platform says at the exchange that it blocks all of these hashes."""
    answers = {link.name_place(match): match.answer for match in found}
    by = Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id))
    for row in _match_requests(report, partner).prefetch_related("matches"):
        places = {match.about for match in row.matches.all()}
        is_asked = row.first_sent_at is not None and row.state != RequestState.DECIDED
        if is_asked and is_all_blocked(places, answers=answers):
            request = locked_request(pk=row.pk)
            if may_advance(request.state, Step.DECIDED_REMOVED):
                outcome = Outcome.REMOVED
                take_step(request, step=Step.DECIDED_REMOVED, by=by, now=now, code=outcome, notice=request.notice)


def _ask(
    report: Report, partner: Partner, found: Sequence[PictureMatch], *, link: PictureLink, now: datetime
) -> Request:
    """Open a request about what was found, at once under a notice that its platform has already where there is one."""
    system = Actor.system()
    row = _make_request(report, partner, now=now)
    _note_matches(row, found, partner=partner, link=link, now=now)
    reopen_report(report, now=now)
    note_news_of(report, by=system, now=now)
    notices = report.notices.filter(platform_id=partner.id, state=NoticeState.SENT, channel__in=AT_THE_DOOR)
    is_sent = _may_ask_unasked(report, partner, now=now) and ask_at_the_door(
        row, notice=notices.order_by("-pk").first(), by=system, now=now
    )
    row.attention_at = now  # sent or not, somebody at the desk should know
    set_clocks(row)
    row.save()
    write_line(RemovalVerb.FOUND, row, by=system, now=now, hashes=len(found), sent=is_sent)
    return row


def _make_request(report: Report, partner: Partner, *, now: datetime) -> Request:
    before = report.requests.filter(platform_id=partner.id).exclude(regime_code="").order_by("ordinal").first()
    if before is not None:
        regime_code, regime_version = before.regime_code, version_in_force(before, now=now)
    else:
        regime = choose_regime(
            active_regimes(on=now.date()),
            nation=settings.LEEWARD_JURISDICTION,
            platform=profile_of(partner).jurisdiction,
        )
        regime_code, regime_version = (regime.code, regime.version) if regime else ("", None)
    last = report.requests.aggregate(last=Max("ordinal"))["last"] or 0
    return Request.objects.create(
        parent=follow_root(before) if before is not None else None,
        report=report,
        ordinal=last + 1,
        platform_id=partner.id,
        kind=ItemKind.MATCH,
        band=report.band,
        regime_code=regime_code,
        regime_version=regime_version,
        opened_at=now,
        own_due_at=own_due_at(report.band, now=now),
    )


def _note_matches(
    row: Request, found: Iterable[PictureMatch], *, partner: Partner, link: PictureLink, now: datetime
) -> None:
    for match in found:
        reference = uuid.uuid4()
        readers = readers_of(row.report, platform=partner)
        packet = make_file(
            file=reference, grants={Compartment.PACKET: readers}, by=Actor.system(), now=now, reason="match"
        )
        Match.objects.create(
            reference=reference,
            request=row,
            about=link.name_place(match),
            answer=link.name_answer(match),
            noted_at=now,
            content=Match.box(packet, "content", reference, FoundHash.of(match).to_text()),
        )


def _match_requests(report: Report, partner: Partner) -> QuerySet[Request]:
    return report.requests.filter(platform_id=partner.id, kind=ItemKind.MATCH)


def _settled_at(row: Request | None) -> datetime | None:
    return None if row is None else row.closed_at or row.law_stopped_at or row.opened_at


def _may_ask_unasked(report: Report, partner: Partner, *, now: datetime) -> bool:
    """Return whether it may go out unseen: not where matches come so often that something else is wrong."""
    lately = _match_requests(report, partner).filter(opened_at__gt=now - RETURNS_WITHIN)
    return lately.count() <= MOST_RETURNS
