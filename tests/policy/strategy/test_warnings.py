"""An early warning on which the government acts, and the actions of the strategy that come of it."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editions.operations import sign_edition
from leeward.foundation.editions.queries import find_draft
from leeward.policy.strategy.models import Action
from leeward.policy.strategy.operations.plan import add_action, change_action
from leeward.policy.strategy.queries.plan import Reader, find_action
from leeward.policy.strategy.queries.warnings import public_actions
from leeward.victim.network.models import Alert, AlertLetter
from leeward.victim.network.operations.alerts import answer_alert
from leeward.victim.network.published import draft
from leeward.victim.network.queries.bulletin import BULLETIN
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.tactics import AnswerKind
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in, employ
from tests.policy.strategy.conftest import NOW, OFFICER, action, planned
from tests.victim.network.members import sign
from tests.victim.network.warned import HELPS, READER, SAID, WRITER, signed

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2026, 10, 6, 12, tzinfo=UTC)


def answered(kind: AnswerKind, *, when: datetime = OCTOBER) -> uuid.UUID:
    """A warning that left, and what the government said to it the day after."""
    alert, later = signed(when), when + timedelta(days=1)
    row = Alert.objects.get(public_id=alert)
    letter = AlertLetter.objects.create(alert=row, at=later, due_at=later + timedelta(days=14))
    answer_alert(letter=letter.pk, kind=kind, words="We ask the platforms.", by=OFFICER, now=later)
    return alert


def publish_bulletin() -> str:
    name = draft(title="October", by=WRITER, now=NOW)
    sign_edition(shelf=BULLETIN, name=name, sha256=find_draft(BULLETIN, name).sha256, by=READER, now=NOW)
    return name


def test_an_action_comes_of_a_warning_on_which_the_government_acts_and_each_page_leads_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, NOW)
    goal, alert = planned(), answered(AnswerKind.ACTING)
    known = answered(AnswerKind.KNOWN)
    employ("lena", Role.POLICY_OFFICER)
    employ("ruth", Role.MEMBER_WORKER, affiliation=str(sign()))
    lena, ruth = come_in("lena"), come_in("ruth")
    page = reverse("strategy:warning", args=[alert])
    for here in (reverse("work:home"), reverse("strategy:home")):
        assert page in see(lena, here)
        assert str(known) not in see(lena, here)
    see(lena, reverse("strategy:warning", args=[known]), status=404)
    see(lena, reverse("strategy:action-from-warning", args=[known]), status=404)
    shown = see(lena, page)
    for said in (SAID.words, HELPS, "We ask the platforms.", "It is not public yet"):
        assert said in shown
    form = reverse("strategy:action-from-warning", args=[alert])
    assert SAID.words in see(lena, form)
    assert "Error:" in send(lena, form, status=400, title_en="", objective=goal)
    send(lena, form, title_en="Platforms close such accounts", objective=goal, is_public="on")
    row = Action.objects.get()
    assert row.alert == alert
    its = reverse("strategy:action", args=[row.public_id])
    assert f'href="{page}"' in see(lena, its)
    assert its in see(lena, page)
    assert page not in see(lena, reverse("work:home"))
    changed = {"title_en": "Platforms close such accounts", "is_public": "on", "due_on": "2027-03-01"}
    send(lena, reverse("strategy:action-edit", args=[row.public_id]), **changed)
    assert Action.objects.get().alert == alert  # nothing is lost by a change
    assert SAID.words in see(lena, its)  # its history names it

    public, alerts = reverse("strategy:progress"), reverse("network:alerts")
    everybody = Client()
    assert "From a warning" not in see(everybody, public)
    assert find_action(row.public_id, reader=Reader.EVERYBODY, now=NOW).alert is None
    assert f'href="{public}#a{row.number}"' in see(ruth, alerts)  # members know the warning, and read what is public
    name = publish_bulletin()
    assert f'href="{reverse("bulletin:release", args=[name])}#alert-{alert}"' in see(everybody, public)
    assert f'id="alert-{alert}"' in see(everybody, reverse("bulletin:release", args=[name]))
    assert reverse("bulletin:release", args=[name]) in see(lena, page)
    Action.objects.update(is_public=False)
    assert public_actions(now=NOW) == {}
    assert "In the national strategy" not in see(ruth, alerts)


def test_no_action_comes_of_what_the_government_does_not_act_on() -> None:
    goal, known = planned(), answered(AnswerKind.KNOWN)
    waiting = signed(NOW)
    for alert in (known, waiting, uuid.uuid4()):
        with pytest.raises(EntryUnknown):
            add_action(objective=goal, new=action(alert=alert), by=OFFICER, now=NOW)
    plain = add_action(objective=goal, new=action(due_on=date(2027, 3, 1)), by=OFFICER, now=NOW)
    with pytest.raises(EntryUnknown):
        change_action(reference=plain, new=action(alert=known), by=OFFICER, now=NOW)
    assert not Action.objects.filter(alert__isnull=False).exists()


def test_where_no_member_takes_anybody_stands_on_the_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    areas = {"N1": "North", "S1": "South"}
    monkeypatch.setattr("leeward.policy.strategy.views.staff_mapping.known_areas", lambda: areas)
    employ("lena", Role.POLICY_OFFICER)
    lena, coverage = come_in("lena"), reverse("strategy:coverage")
    assert see(lena, coverage).count("In no area") == len(Kind)
    member = sign()  # shelter and talk, in every area
    assert see(lena, coverage).count("In no area") == len(Kind), "nobody there can read yet"
    employ("wren", Role.MEMBER_WORKER, affiliation=str(member))
    come_in("wren")
    page = see(lena, coverage)
    assert page.count("In no area") == len(Kind) - 2
    assert "No member takes referrals today" in page
