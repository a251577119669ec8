"""The made-up locker has nine entries under a code that opens it, and a second founding adds none."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from demo.locker import ENTRIES, draw_code, found_locker
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import found_services
from leeward.foundation.vault.rules.codes import read_code
from leeward.victim.helpline.models import Case
from leeward.victim.locker.models import Locker
from leeward.victim.locker.operations.opening import open_own
from leeward.victim.locker.queries.items import list_items, read_item
from leeward.victim.locker.rules.entries import EntryKind
from leeward.victim.locker.rules.sending import FileKind
from leeward.victim.portal.holders import read_witness
from leeward.victim.portal.operations import open_with_code
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.rules.states import RequestState
from tests.readers import open_door
from tests.victim.helpline.conftest import keep_hours

pytestmark = pytest.mark.django_db


def test_a_visitor_opens_nine_entries(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch)
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = tmp_path / "keys", tmp_path / "founding.key"
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "locker"
    now, code = timezone.now(), draw_code()
    found_services(by=Actor.operator(), now=now)
    for team in ("helpline", "desk"):
        open_door(team, now=now)
    for _ in range(2):
        found_locker(code, now=now)
    assert (Locker.objects.count(), Case.objects.count()) == (1, 1)
    bearer = open_with_code(code=read_code(code), now=now)
    items = list_items(bearer, now=now)
    assert len(items) == len(ENTRIES) == 9
    assert {each.entry.kind for each in items} == set(EntryKind)
    assert {(each.entry.on is not None, bool(each.entry.about)) for each in items} == {
        (True, False),
        (False, True),
        (False, False),
    }
    assert all(each.entry.on is None or each.entry.on <= local_day(each.written_at) for each in items)
    views = [read_item(bearer, each.reference, now=now) for each in items]
    assert sorted(len(each.versions) for each in views) == [*[1] * 8, 2]
    assert [[to.team for to in each.shown_to] for each in views if each.shown_to] == [["helpline"]]
    with_files = [each for each in views if each.files]
    [[mail], [capture]] = [each.files for each in with_files]
    parts = [open_own(bearer=bearer, item=each.reference, generation=1, now=now) for each in with_files]
    assert [(part.kind, part.pieces) for part in parts] == [(FileKind.WHOLE, 1), (FileKind.COVERED, 1)]
    assert (mail.kind, capture.kind) == (FileKind.WHOLE, FileKind.COVERED)
    assert (mail.wrong_clock is not None, capture.wrong_clock) == (True, None)
    assert all(each.broken_at == 0 for each in views)
    assert not Report.objects.filter(attention_at__isnull=False).exists()
    [request] = Request.objects.all()
    assert (request.state, request.attention_at, request.due_at) == (RequestState.CLOSED, None, None)
    [place] = read_witness(bearer, now).places
    assert place.address in {each.entry.address for each in items}
    assert [each.result for each in place.looks] == ["up", "up", "trouble", "gone", "gone"]
