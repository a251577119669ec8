"""A person shows the police one entry and takes it back, and somebody of the police reads it: in real browsers."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.victim.network.operations.members import sign_member
from leeward.victim.network.operations.referrals import agree, draft_referral
from leeward.victim.network.rules.members import Kind, Part, Sector
from tests.counters import start_afresh
from tests.foundation.accounts.people import come_in, employ
from tests.journeys.people import DESKTOP, Person, take_over
from tests.readers import open_door
from tests.victim.helpline.conftest import OPERATOR, PERSON
from tests.victim.locker.opening import KEPT, Hers, open_pages
from tests.victim.network.browsing import accepts, page_of, press
from tests.victim.network.conftest import BY_CODE, Body, draft_for, ring, turns
from tests.victim.network.members import protocol

pytestmark = pytest.mark.browser

POLICE = "Coast Police"
WAITS = 'form button[type="submit"]'


@pytest.fixture
def hers(product: Any, settings: Any, tmp_path: Path) -> Hers:
    """Somebody with a locker and a case at the helpline."""
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "locker"
    start_afresh()
    open_door("helpline")
    employ("ama", Role.PRACTITIONER)
    return open_pages(with_case=True, now=timezone.now())


@pytest.fixture
def police(product: Any, hers: Hers) -> Body:
    """The police, members of the network, with one person who reads."""
    body, now = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=None), timezone.now()  # type: ignore[arg-type]  # by accounts
    parts = [Part(service=body.service, kinds=frozenset({Kind.SHELTER}), languages=frozenset({"en"}))]
    signed = protocol(POLICE, body.service, now=now, sector=Sector.POLICE, parts=parts)
    sign_member(protocol=signed, member=body.member, by=OPERATOR, now=now)
    employ("pat", Role.MEMBER_WORKER, affiliation=str(body.member))
    come_in("pat")
    return body


def passed_on(hers: Hers, police: Body) -> uuid.UUID:
    """She says yes to asking the police, and they say that they will help. Returns the turn."""
    now, by = timezone.now(), Actor(kind=ActorKind.STAFF, id="ama")
    draft = draft_for([police], until=local_day(now) + timedelta(days=60))
    referral = draft_referral(file=hers.teller.file, team="helpline", draft=draft, by=by, now=now)
    agree(referral=referral, version=1, yes=BY_CODE, keyring=ring(hers.teller), by=PERSON, now=now)
    turn, pat = turns(referral)[0].reference, come_in("pat")
    accepts(pat)
    press(pat, "turn-accept", turn)
    return turn


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_police_read_the_one_entry_that_she_shows_until_she_takes_it_back(
    person: Callable[..., Person], product: Any, hers: Hers, police: Body, language: str
) -> None:
    item, other = hers.write(), hers.write(words="Not for them.")
    turn, codes = passed_on(hers, police), hers.browser.code
    mine, theirs = person(), person(DESKTOP)
    take_over(hers.browser.client, mine.context, product.url)
    take_over(come_in("pat"), theirs.context, product.url)
    her, them = mine.page, theirs.page
    for page in (her, them):
        page.goto(f"/?lang={language}")

    her.goto(f"{KEPT}/{item}/who")
    her.get_by_label(POLICE).check()
    her.locator('[name="days"][value="7"]').check()
    her.locator('[name="numbers"]').fill(codes)
    mine.look_on_both(f"entry-show-{language}")
    her.locator(f"main {WAITS}").click()
    her.wait_for_url(f"**{KEPT}/{item}")
    mine.look_on_both(f"entry-shown-{language}")

    them.goto(page_of("turn", turn))
    expect(them.locator("main")).not_to_contain_text("He wrote again.")
    theirs.look_on_both(f"member-entries-{language}")
    them.locator(f'main form[action*="/entry"] {WAITS.partition(" ")[2]}').click()
    expect(them.locator("main")).to_contain_text("He wrote again.")
    expect(them.locator("main")).not_to_contain_text("Not for them.")
    theirs.look_on_both(f"member-entry-open-{language}")

    her.goto(f"{KEPT}/{item}")
    expect(her.locator("ol.leeward-list > li").last).to_contain_text(POLICE)
    mine.look_on_both(f"entry-looked-at-{language}")
    her.locator('main a[href*="/who/"]').click()
    her.wait_for_url("**/who/*")
    her.locator('[name="numbers"]').fill(codes)
    mine.look_on_both(f"entry-hide-{language}")
    her.locator(f"main {WAITS}").click()
    her.wait_for_url(f"**{KEPT}/{item}")
    expect(her.locator("ol.leeward-list > li")).to_have_count(4)

    them.goto(page_of("turn", turn))
    expect(them.locator('main form[action*="/entry"]')).to_have_count(0)
    assert hers.keeper.read(other).shown_to == ()
    for each in (mine, theirs):
        assert not each.complaints
        assert not each.strayed
