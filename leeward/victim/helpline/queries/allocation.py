"""Who is offered which case first, what a rule would have done, and what workers say of themselves."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from leeward.foundation.accounts.queries import staff_of_role, who_is_here
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import open_for_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.helpline.errors import HandsFull, HelplineError, OnPause, ShiftOver
from leeward.victim.helpline.models import AllocationRule, Case
from leeward.victim.helpline.models import Profile as ProfileRow
from leeward.victim.helpline.queries.care import paused_among
from leeward.victim.helpline.queries.cases import TEAM, CaseLine, case_lines, tell_cases
from leeward.victim.helpline.rules.allocation import TRIED_ON, Profile, Rule, first_fit, is_shift_over

NONE = Q(pk__in=[])


@dataclass(frozen=True, kw_only=True)
class RuleLine(Rule):
    """A rule as its page shows it, and whether it counts."""

    reference: uuid.UUID
    counts: bool


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a rule would have done: of how many cases, which it fits, and the rule by which each goes today."""

    number: int
    fitting: Sequence[tuple[CaseLine, RuleLine | None]]


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Who is offered what at this moment: the rules that count, and who of their people is here and has room."""

    rules: Sequence[RuleLine]
    free: frozenset[str]

    def kept_for(self, case: CaseLine, *, now: datetime) -> tuple[str, ...]:
        """For whom a case is kept: the people of the rule that fits who are here and have room; () for everybody."""
        rule = first_fit(self.rules, case)
        is_late = case.promise_due is not None and case.promise_due <= now
        return tuple(each for each in rule.workers if each in self.free) if rule and not is_late else ()


def list_rules() -> tuple[RuleLine, ...]:
    """All rules in their order."""
    return tuple(read_row(RuleLine, row) for row in AllocationRule.objects.order_by("place", "pk"))


def find_rule(reference: uuid.UUID) -> RuleLine:
    """One rule. Raises EntryUnknown."""
    row = AllocationRule.objects.filter(public_id=reference).first()
    if row is None:
        raise EntryUnknown
    return read_row(RuleLine, row)


def try_rule(rule: RuleLine) -> Tried:
    """What a rule would have done with the last 200 cases, beside the others that count; nothing is opened for it.

    Cases of the closed team are offered to nobody by a rule, so they are none of these.
    """
    others = [each for each in list_rules() if each.counts and each.reference != rule.reference]
    wanted = sorted([*others, rule], key=lambda each: each.place)
    cases = case_lines(tell_cases(Case.objects.filter(team=TEAM)).order_by("-opened_at", "-pk")[:TRIED_ON])
    today = wanted if rule.counts else others
    return Tried(
        number=len(cases),
        fitting=[(each, first_fit(today, each)) for each in cases if first_fit(wanted, each) is rule],
    )


def offers_now(*, now: datetime) -> Offers:
    """Who is offered what now: who has unlocked and has not as many cases as they take at once."""
    here = who_is_here(Role.PRACTITIONER, now=now)
    rules = [each for each in list_rules() if each.counts]
    return Offers(rules=rules, free=here - not_offered(here, now=now).keys())


def offered_first(worker: str, offers: Offers, *, now: datetime) -> Q:
    """Narrow cases to those that a worker is offered first.

    Kept for others is what a rule gives to people who are here and have room, and what is in a language that one of
    these speaks and the worker does not. What has waited longer than was promised is kept for nobody.
    """
    others, earlier = NONE, NONE
    for rule in offers.rules:
        fits = _where(rule)
        if worker not in rule.workers and offers.free & set(rule.workers):
            others |= fits & ~earlier
        earlier |= fits
    spoken = {each: set(profile.languages) for each, profile in _profiles(offers.free | {worker}).items()}
    own = spoken.pop(worker, set())
    if own:
        others |= Q(file__language__in=set().union(*spoken.values()) - own)
    return ~others | Q(promise_due__lte=now)


def not_offered(workers: Iterable[str], *, now: datetime) -> dict[str, type[HelplineError]]:
    """Who of these is given no case now, and why: a pause, the end of their shift, or their hands are full."""
    people, profiles = list(workers), ProfileRow.objects.filter(staff__in=list(workers))
    limits = {each.staff: each.most for each in profiles if each.most is not None}
    held = Case.objects.filter(claimed_by__in=list(limits), claimed_until__gt=now).values_list("claimed_by", flat=True)
    found: dict[str, type[HelplineError]] = {
        each: HandsFull for each, number in Counter(held).items() if number >= limits[each]
    }
    for each in profiles:
        if is_shift_over(began_at=each.began_at, hours=each.hours, now=now):
            found[each.staff] = ShiftOver
    return found | dict.fromkeys(paused_among(people), OnPause)


def profile_of(worker: str, *, keyring: Keyring) -> Profile:
    """What a worker says of themselves, as far as these keys open it; an empty one where they said nothing."""
    row = ProfileRow.objects.filter(staff=worker).first()
    return _read(row, keyring) if row else Profile()


def colleagues(*, keyring: Keyring | None = None) -> Mapping[str, tuple[str, Profile]]:
    """Who works at the helpline, by reference: what they are called, and what they say of themselves."""
    people = {each.reference: each.name for each in staff_of_role(Role.PRACTITIONER)}
    said = _profiles(people, keyring=keyring)
    return {each: (name, said.get(each, Profile())) for each, name in people.items()}


def answered_languages() -> tuple[str, ...]:
    """Return the languages in which the helpline answers: the nation's first, and those that its people have ticked."""
    people = [each.reference for each in staff_of_role(Role.PRACTITIONER)]
    ticked = ProfileRow.objects.filter(staff__in=people).values_list("languages", flat=True)
    return tuple(dict.fromkeys([settings.LANGUAGE_CODE, *sorted(code for each in ticked for code in each)]))


def about_place(staff: str) -> str:
    """Where a worker's own words belong."""
    return f"helpline.profile.about|{staff}"


def _profiles(workers: Iterable[str], *, keyring: Keyring | None = None) -> dict[str, Profile]:
    rows = ProfileRow.objects.filter(staff__in=list(workers))
    return {row.staff: _read(row, keyring) for row in rows}


def _read(row: ProfileRow, keyring: Keyring | None) -> Profile:
    about = open_for_team(keyring, row.about, team=TEAM, where=about_place(row.staff)) if keyring else ""
    return read_row(Profile, row, about=about or "")


def _where(rule: Rule) -> Q:
    wanted = {"band": rule.band, "file__language": rule.language, "source": rule.source}
    return Q(pk__isnull=False, **{name: value for name, value in wanted.items() if value})
