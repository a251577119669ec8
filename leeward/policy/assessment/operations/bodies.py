"""Adds bodies that give their view, and says who of the staff speaks for each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.policy.assessment.errors import AssessmentMistake
from leeward.policy.assessment.models import Body, Member
from leeward.policy.assessment.operations.verbs import AssessmentVerb, note
from leeward.policy.assessment.queries.rounds import list_reviewers
from leeward.policy.assessment.rules.entries import NewBody, check_body
from leeward.policy.assessment.rules.rounds import BODIES_MOST, MEMBERS_MOST


@transaction.atomic
def add_body(*, new: NewBody, members: Sequence[str] = (), by: Actor, now: datetime) -> UUID:
    """Add a body with those who speak for it (references of reviewers). Raises FieldRefused."""
    checked = check_body(new)
    if Body.objects.filter(name=checked.name).exists():
        raise FieldRefused("name", AssessmentMistake.NAME_TAKEN)
    if Body.objects.count() >= BODIES_MOST:
        raise FieldRefused("name", AssessmentMistake.TOO_MANY)
    body = Body.objects.create(
        name=checked.name, public_name=checked.public_name, sector=checked.sector.value, added_at=now
    )
    _set_members(body, members, now=now)
    note(AssessmentVerb.BODY_ADDED, "body", body.public_id, by=by, now=now, facts={"sector": checked.sector.value})
    return body.public_id


@transaction.atomic
def change_body(*, public_id: UUID, new: NewBody, members: Sequence[str], by: Actor, now: datetime) -> None:
    """Change what a body is called and who speaks for it. Raises EntryUnknown and FieldRefused."""
    body = Body.objects.select_for_update().filter(public_id=public_id).first()
    if body is None:
        raise EntryUnknown
    checked = check_body(new)
    if Body.objects.filter(name=checked.name).exclude(pk=body.pk).exists():
        raise FieldRefused("name", AssessmentMistake.NAME_TAKEN)
    body.name, body.public_name, body.sector = checked.name, checked.public_name, checked.sector.value
    body.save(update_fields=["name", "public_name", "sector"])
    _set_members(body, members, now=now)
    facts: dict[str, str | int] = {"sector": checked.sector.value, "members": len(set(members))}
    note(AssessmentVerb.BODY_CHANGED, "body", public_id, by=by, now=now, facts=facts)


def _set_members(body: Body, references: Sequence[str], *, now: datetime) -> None:
    wanted = set(references)
    if len(wanted) > MEMBERS_MOST or not wanted <= {reference for reference, _name in list_reviewers()}:
        raise FieldRefused("members", AssessmentMistake.MEMBER_UNKNOWN)
    if Member.objects.filter(user_reference__in=wanted).exclude(body=body).exists():
        raise FieldRefused("members", AssessmentMistake.MEMBER_ELSEWHERE)
    Member.objects.filter(body=body).exclude(user_reference__in=wanted).delete()
    for reference in sorted(wanted - set(Member.objects.filter(body=body).values_list("user_reference", flat=True))):
        Member.objects.create(body=body, user_reference=reference, added_at=now)
