"""Rules of who is offered which case first, written by leads, and what each worker says of themselves."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.editing.errors import FieldRefused, Mistake, StepRefused
from leeward.foundation.editing.history import held, note, save_entry
from leeward.foundation.rows import put, read_row
from leeward.foundation.vault.operations import seal_to, team_grantee
from leeward.victim.helpline.errors import RuleMistake
from leeward.victim.helpline.models import AllocationRule
from leeward.victim.helpline.models import Profile as ProfileRow
from leeward.victim.helpline.operations.verbs import HelplineVerb
from leeward.victim.helpline.queries.allocation import about_place
from leeward.victim.helpline.queries.cases import TEAM
from leeward.victim.helpline.rules.allocation import MOST_RULES, Kind, Profile, Rule, RuleVerb


@transaction.atomic
def save_rule(rule: Rule, *, reference: uuid.UUID | None, by: Actor, now: datetime) -> uuid.UUID:
    """Add a rule, or change one, which then does not count before it was tried. Raises FieldRefused, EntryUnknown.

    It stands at its place, or last where there are fewer; those behind it move back.
    """
    if not rule.workers:
        raise FieldRefused("workers", Mistake.MISSING)
    rows = AllocationRule.objects.select_for_update().order_by("place", "pk")
    others = [each for each in rows if each.public_id != reference]
    if reference is None and len(others) >= MOST_RULES:
        raise FieldRefused("place", RuleMistake.FULL, about=MOST_RULES)
    row = AllocationRule() if reference is None else held(AllocationRule.objects.all(), reference)
    if reference is not None and read_row(Rule, row) == rule:
        return reference
    row.counts = False
    saved = save_entry(Kind.RULE, row, rule, added=RuleVerb.ADDED, changed=RuleVerb.CHANGED, by=by, now=now)
    others.insert(rule.place - 1, row)
    for place, each in enumerate(others, 1):
        each.place = place
    AllocationRule.objects.bulk_update(others, ["place"])
    return saved


def let_rule_count(reference: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """From now on a rule counts; its page has shown what it would have done. Raises EntryUnknown, StepRefused."""
    _switch(reference, RuleVerb.COUNTS, by=by, now=now)


def switch_rule_off(reference: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """From now on a rule counts no more. Raises EntryUnknown, StepRefused."""
    _switch(reference, RuleVerb.OFF, by=by, now=now)


def save_profile(profile: Profile, *, by: Actor, now: datetime) -> None:
    """Keep what a worker says of themselves: each their own. The trail says that they did, and never what."""
    with transaction.atomic():
        row = ProfileRow.objects.filter(staff=by.id).first() or ProfileRow(staff=by.id)
        put(row, profile, without=("about",))
        place = about_place(by.id)
        row.about = seal_to(team_grantee(TEAM), profile.about, place=place) if profile.about else ""
        row.save()
        record(verb=HelplineVerb.PROFILE_SET, by=by, subject=Subject(kind="profile", reference=by.id), now=now)


def forget_profiles(*, now: datetime, limit: int) -> int:  # noqa: ARG001  # a sweep has both
    """Forget what those said of themselves who do not work at the helpline any more; returns how many."""
    here = [each.reference for each in staff_of_role(Role.PRACTITIONER)]
    left = list(ProfileRow.objects.exclude(staff__in=here).values_list("pk", flat=True)[:limit])
    return ProfileRow.objects.filter(pk__in=left).delete()[0]


@transaction.atomic
def _switch(reference: uuid.UUID, verb: RuleVerb, *, by: Actor, now: datetime) -> None:
    row = held(AllocationRule.objects.all(), reference)
    if row.counts is (verb is RuleVerb.COUNTS):
        raise StepRefused
    row.counts, row.changed_at = not row.counts, now
    row.save(update_fields=["counts", "changed_at"])
    note(Kind.RULE, reference, verb, by=by, now=now)
