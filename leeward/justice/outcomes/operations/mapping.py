"""An authority's own file is mapped once: a version for each change, and none is ever edited."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.outcomes.errors import AuthorityUnknown, CodesUnknown, OutcomesMistake
from leeward.justice.outcomes.models import Authority, CodeList, HeaderMap
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.rules.maps import HeaderMap as Map
from leeward.justice.outcomes.rules.maps import lacking
from leeward.justice.outcomes.rules.terms import CODES_OF, NAME_LENGTH, CodeKind, FileKind


@dataclass(frozen=True, kw_only=True)
class NewMap:
    """A map as an analyst makes it. The lists: which codes the file follows, None for those in use."""

    map: Map
    offence_list: uuid.UUID | None = None
    code_list: uuid.UUID | None = None


@transaction.atomic
def make_map(*, authority: uuid.UUID, kind: FileKind, new: NewMap, by: Actor, now: datetime) -> uuid.UUID:
    """Make the next version of a map; returns its public id. Raises AuthorityUnknown, CodesUnknown, FieldRefused."""
    row = Authority.objects.select_for_update().filter(public_id=authority).first()
    if row is None:
        raise AuthorityUnknown
    if needs := lacking(kind, new.map):
        raise FieldRefused("head", OutcomesMistake.LACKS, about=", ".join(needs))
    version = (HeaderMap.objects.filter(authority=row, kind=kind).aggregate(last=Max("version"))["last"] or 0) + 1
    made = HeaderMap.objects.create(
        authority=row,
        kind=kind,
        version=version,
        columns=dict(new.map.columns),
        skipped=list(new.map.skipped),
        basis=new.map.basis,
        called=values.text("called", new.map.called, most=NAME_LENGTH),
        offence_list=_list(new.offence_list, CodeKind.OFFENCE),
        code_list=_list(new.code_list, CODES_OF.get(kind)),
        made_at=now,
        made_by=who(by),
    )
    note(OutcomesVerb.MAP_MADE, "authority", authority, by=by, now=now, kind=kind.value, version=version)
    return made.public_id


def _list(code_list: uuid.UUID | None, kind: CodeKind | None) -> CodeList | None:
    if code_list is None:
        return None
    row = CodeList.objects.filter(public_id=code_list, kind=kind, checked_on__isnull=False).first()
    if row is None:
        raise CodesUnknown
    return row
