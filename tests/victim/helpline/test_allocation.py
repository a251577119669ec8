"""Who is offered which case first: rules that are tried before they count, and nobody is left without."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.queries import who_is_here
from leeward.foundation.accounts.rules import UNLOCK_IDLE, Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, StepRefused
from leeward.foundation.editing.models import Change
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.models import File
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.helpline.errors import HandsFull
from leeward.victim.helpline.models import AllocationRule, Case
from leeward.victim.helpline.models import Profile as ProfileRow
from leeward.victim.helpline.operations.allocation import (
    forget_profiles,
    let_rule_count,
    save_profile,
    save_rule,
    switch_rule_off,
)
from leeward.victim.helpline.queries.allocation import (
    find_rule,
    list_rules,
    not_offered,
    offered_first,
    offers_now,
    profile_of,
    try_rule,
)
from leeward.victim.helpline.queries.cases import CaseLine, case_lines, tell_cases
from leeward.victim.helpline.rules.allocation import MOST_RULES, TRIED_ON, Profile, Rule, first_fit, who_fits
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.removals.rules.reports import Band
from tests.foundation.accounts.people import PASSPHRASE, at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, came

pytestmark = pytest.mark.django_db

LEAD = Actor(kind=ActorKind.STAFF, id="lead")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def team(house: Standing) -> dict[str, str]:
    """Ama, Ben and Cai work at the helpline, and Selma leads it: their references by name."""

    def hire() -> dict[str, str]:
        for name in ("ama", "ben", "cai"):
            employ(name, Role.PRACTITIONER)
        employ("selma", Role.HELPLINE_LEAD)
        first = User.objects.get(username="ama")
        ring = keys.open_teams_with(keys.open_by_passphrase(user=first, passphrase=PASSPHRASE))
        for name in ("ben", "cai"):
            let_in(colleague=first, reference=User.objects.get(username=name).reference, keyring=ring, now=NOW)
        return dict(User.objects.values_list("username", "reference"))

    return house("team", hire)


def rule(*workers: str, place: int = 1, **fits: object) -> Rule:
    known = {"band": None, "language": "", "source": None, **fits}
    return Rule(place=place, workers=workers, **known)  # type: ignore[arg-type]


def write(rule: Rule, *, counts: bool = True) -> uuid.UUID:
    reference = save_rule(rule, reference=None, by=LEAD, now=NOW)
    if counts:
        let_rule_count(reference, by=LEAD, now=NOW)
    return reference


def say(worker: str, **said: object) -> None:
    save_profile(Profile(**said), by=Actor(kind=ActorKind.STAFF, id=worker), now=NOW)  # type: ignore[arg-type]


def come(*, language: str = "en", band: Band = Band.GREEN, source: CaseSource = CaseSource.WEB) -> uuid.UUID:
    her = came()
    File.objects.filter(reference=her.file).update(language=language)
    Case.objects.filter(reference=her.case).update(band=band, source=source)
    return her.case


def line(reference: uuid.UUID) -> CaseLine:
    return case_lines(tell_cases(Case.objects.filter(reference=reference)))[0]


def offered(worker: str) -> set[uuid.UUID]:
    rows = Case.objects.filter(offered_first(worker, offers_now(now=NOW), now=NOW))
    return set(rows.values_list("reference", flat=True))


def press(client: Client) -> str:
    """Take the next case: the case that is opened."""
    answer = client.post(reverse("helpline:desk-queue", args=["waiting"]))
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"]).partition("?")[0].rpartition("/")[2]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_the_first_rule_that_fits_decides(house: Standing) -> None:  # cases need a house
    red, arabic, rest = rule("a", band=Band.RED), rule("b", language="ar", place=2), rule("c", place=3)
    rules = (red, arabic, rest)
    for band, language, found in (
        (Band.RED, "ar", red),
        (Band.GREEN, "ar", arabic),
        (Band.AMBER, "en", rest),
    ):
        assert first_fit(rules, line(come(band=band, language=language))) is found
    phoned = rule("a", source=CaseSource.PHONE, language="en")
    assert [phoned.fits(line(come(source=each))) for each in (CaseSource.PHONE, CaseSource.WEB)] == [True, False]
    assert first_fit((phoned,), line(come())) is None


def test_rules_stand_in_order_and_what_was_changed_counts_no_more() -> None:
    first, second = write(rule("a")), write(rule("b", place=20))
    assert [(each.reference, each.place) for each in list_rules()] == [(first, 1), (second, 2)]
    third = write(rule("c"))
    assert [each.reference for each in list_rules()] == [third, first, second]
    assert [each.place for each in list_rules()] == [1, 2, 3]
    save_rule(rule("b", "d", place=2), reference=second, by=LEAD, now=NOW)
    assert [(each.reference, each.counts) for each in list_rules()] == [(third, True), (second, False), (first, True)]
    let_rule_count(second, by=LEAD, now=NOW)
    save_rule(rule("b", "d", place=2), reference=second, by=LEAD, now=NOW)  # nothing was changed
    assert find_rule(second).counts
    switch_rule_off(second, by=LEAD, now=NOW)
    with pytest.raises(StepRefused):
        switch_rule_off(second, by=LEAD, now=NOW)
    verbs = list(Change.objects.filter(reference=second).order_by("pk").values_list("verb", flat=True))
    said = ("rule_added", "rule_counts", "rule_changed", "rule_counts", "rule_off")
    assert verbs == [f"helpline.{each}" for each in said]
    assert list(AuditEvent.objects.filter(verb__startswith="helpline.rule_off")) != []


def test_a_rule_has_people_and_there_are_few() -> None:
    with pytest.raises(FieldRefused, match="workers"):
        save_rule(rule(), reference=None, by=LEAD, now=NOW)
    with pytest.raises(EntryUnknown):
        save_rule(rule("a"), reference=uuid.uuid4(), by=LEAD, now=NOW)
    for _ in range(MOST_RULES):
        save_rule(rule("a"), reference=None, by=LEAD, now=NOW)
    with pytest.raises(FieldRefused, match="place: full"):
        save_rule(rule("a"), reference=None, by=LEAD, now=NOW)


def test_a_trial_shows_what_a_rule_takes_and_where_it_goes_today(house: Standing) -> None:
    red = write(rule("a", band=Band.RED))
    both, arabic, _other = come(band=Band.RED, language="ar"), come(language="ar"), come()
    last = write(rule("b", language="ar", place=2), counts=False)
    tried = try_rule(find_rule(last))
    assert tried.number == 3
    assert [(each.reference, today) for each, today in tried.fitting] == [(arabic, None)]
    first = write(rule("b", language="ar", place=1), counts=False)
    found = {each.reference: today and today.reference for each, today in try_rule(find_rule(first)).fitting}
    assert found == {both: red, arabic: None}
    assert not find_rule(first).counts
    Case.objects.filter(reference=arabic).update(team="leads")  # no rule offers a case of the closed team
    tried = try_rule(find_rule(first))
    assert (tried.number, [each.reference for each, _today in tried.fitting]) == (2, [both])


def test_a_trial_looks_at_the_last_two_hundred(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TRIED_ON == 200
    monkeypatch.setattr("leeward.victim.helpline.queries.allocation.TRIED_ON", 2)
    cases = [come(language="ar") for _ in range(3)]
    for number, each in enumerate(cases):
        Case.objects.filter(reference=each).update(opened_at=NOW + number * HOUR)
    tried = try_rule(find_rule(write(rule("a", language="ar"), counts=False)))
    assert (tried.number, [each.reference for each, _today in tried.fitting]) == (2, [cases[2], cases[1]])


# --- who is offered what ----------------------------------------------------------------------------------------------


def test_a_case_is_kept_while_somebody_of_its_rule_is_here_and_has_room(team: dict[str, str]) -> None:
    ama, ben, cai = (team[each] for each in ("ama", "ben", "cai"))
    red, green = come(band=Band.RED), come()
    write(rule(ben, band=Band.RED))
    write(rule(ama, place=2, band=Band.RED))  # never first
    come_in("ama")
    assert offered(ama) == offered(ben) == {red, green}  # Ben is not here
    come_in("ben")
    assert offered(ama) == offered(cai) == {green}
    assert offers_now(now=NOW).kept_for(line(red), now=NOW) == (ben,)
    say(ben, most=1)
    assert offered(ama) == {green}
    Case.objects.filter(reference=green).update(claimed_by=ben, claimed_until=NOW + HOUR)
    assert not_offered([ama, ben], now=NOW) == {ben: HandsFull}
    assert offered(ama) == {red, green}
    say(ben)
    assert offered(ama) == {green}
    Case.objects.filter(reference=red).update(promise_due=NOW)
    assert offered(ama) == {red, green}
    assert offers_now(now=NOW).kept_for(line(red), now=NOW) == ()


def test_a_rule_for_all_cases_leaves_none_to_those_behind_it(team: dict[str, str]) -> None:
    case = come(language="ar")
    come_in("ama")
    come_in("ben")
    write(rule(team["ama"]))
    write(rule(team["ben"], place=2, language="ar"))
    assert offered(team["ama"]) == {case}
    assert offered(team["ben"]) == set()


def test_languages_come_first_where_somebody_here_speaks_them(team: dict[str, str]) -> None:
    arabic, english = come(language="ar"), come()
    come_in("ama")
    come_in("ben")
    assert offered(team["ama"]) == {arabic, english}
    say(team["ama"], languages=("en",))
    assert offered(team["ama"]) == {arabic, english}  # nobody has said that they speak it
    say(team["ben"], languages=("ar",))
    assert offered(team["ama"]) == {english}
    assert offered(team["ben"]) == {arabic}
    assert offered(team["cai"]) == {arabic, english}  # has said nothing


def test_who_is_here_ends_with_the_unlock(team: dict[str, str]) -> None:
    come_in("ama")
    come_in("selma")
    assert who_is_here(Role.PRACTITIONER, now=NOW) == {team["ama"]}
    assert who_is_here(Role.PRACTITIONER, now=NOW + UNLOCK_IDLE) == set()


def test_take_the_next_gives_what_fits_first_and_leaves_nobody_without(team: dict[str, str]) -> None:
    red, arabic, late, green = come(band=Band.RED), come(language="ar"), come(), come()
    Case.objects.filter(reference=red).update(promise_due=NOW + HOUR)
    Case.objects.filter(reference=late).update(promise_due=NOW - HOUR)
    Case.objects.filter(reference=arabic).update(promise_due=NOW + 2 * HOUR)
    write(rule(team["ben"], band=Band.RED))
    ama, ben = come_in("ama"), come_in("ben")
    say(team["ama"], languages=("en",))
    say(team["ben"], languages=("ar", "en"))
    assert "First for: Ben" in ama.get(reverse("helpline:desk-queue", args=["waiting"])).content.decode()
    assert [press(ama) for _ in range(2)] == [str(late)] * 2  # theirs already, and still the first
    for mine in (late, green):
        Case.objects.filter(reference=mine).update(claimed_by="somebody", claimed_until=NOW + HOUR)
    assert press(ama) == str(red)  # nothing fits, so the list's own first one
    Case.objects.filter(reference=red).update(claimed_until=None, claimed_by="")
    assert press(ben) == str(red)


def test_nobody_is_given_more_than_they_take_at_once(team: dict[str, str]) -> None:
    first, second = come(), come()
    ama = come_in("ama")
    say(team["ama"], most=1)
    held = press(ama)
    assert held in (str(first), str(second))
    queue = reverse("helpline:desk-queue", args=["waiting"])
    refused = ama.post(queue)
    assert refused.status_code == 409
    assert "as many cases as you take at once" in refused.content.decode()
    other = second if held == str(first) else first
    assert ama.post(reverse("helpline:desk-take", args=[other])).status_code == 303  # whoever chooses one has it


# --- pages ------------------------------------------------------------------------------------------------------------


def test_what_somebody_says_of_themselves_is_theirs_and_their_own_words_their_teams(team: dict[str, str]) -> None:
    ama, page = come_in("ama"), reverse("helpline:desk-profile")
    sent = {"languages": ["ar", "en"], "trained": ["simple"], "most": "3", "about": "I sign."}
    assert "Enter a whole number" in ama.post(page, {**sent, "most": "0"}).content.decode()
    assert ama.post(page, sent).status_code == 303
    row = ProfileRow.objects.get()
    assert (row.staff, row.languages, row.trained, row.most) == (team["ama"], ["ar", "en"], ["simple"], 3)
    assert "I sign." not in row.about
    assert "I sign." in ama.get(page).content.decode()
    assert "I sign." not in come_in("ben").get(page).content.decode()
    ring = keys.open_teams_with(keys.open_by_passphrase(user=User.objects.get(username="ben"), passphrase=PASSPHRASE))
    assert [profile_of(team["ama"], keyring=each).about for each in (ring, Keyring())] == ["I sign.", ""]
    ProfileRow.objects.create(staff=team["cai"], about=row.about)
    assert profile_of(team["cai"], keyring=ring).about == ""  # words that were moved do not open
    ProfileRow.objects.filter(staff=team["cai"]).delete()
    line = AuditEvent.objects.get(verb="helpline.profile_set")
    assert "simple" not in str(vars(line))
    leads = come_in("selma").get(reverse("helpline:lead-rule-add")).content.decode()
    assert "Say it simply" in leads
    assert "I sign." not in leads
    User.objects.filter(username="ama").update(is_active=False)
    assert forget_profiles(now=NOW, limit=10) == 1
    assert not ProfileRow.objects.exists()


def test_a_worker_reads_beside_a_wish_who_of_them_fits(team: dict[str, str]) -> None:
    wishes = (Need.SIMPLE, Need.SOMEBODY_LIKE_ME, Need.LANGUAGE, Need.KNOWN)
    people = {
        "Ama": Profile(trained=(Need.SIMPLE,), about="I sign."),
        "Ben": Profile(languages=("ar",), trained=(Need.LANGUAGE,)),
        "Cai": Profile(),
    }
    fits = who_fits(wishes, "ar", people)
    assert fits == {Need.SIMPLE: ["Ama"], Need.SOMEBODY_LIKE_ME: ["Ama: I sign."], Need.LANGUAGE: ["Ben"]}
    assert who_fits((Need.STAY,), "ar", people) == {}
    her = came(needs=Needs(ticked=(Need.SIMPLE,)))
    say(team["ben"], trained=(Need.SIMPLE,))
    page = come_in("ama").get(reverse("helpline:desk-case", args=[her.case])).content.decode()
    assert "Which of us fits: <bdi>Ben</bdi>" in page


def test_a_lead_writes_a_rule_tries_it_lets_it_count_and_switches_it_off(team: dict[str, str]) -> None:
    selma, red = come_in("selma"), come(band=Band.RED)
    come()
    rules, add = reverse("helpline:lead-rules"), reverse("helpline:lead-rule-add")
    assert "There is no rule" in selma.get(rules).content.decode()
    sent = {"band": "red", "language": "", "source": "", "workers": [team["ben"]], "place": "1"}
    assert "Choose at least one colleague" in selma.post(add, {**sent, "workers": []}).content.decode()
    assert "Choose from the list" in selma.post(add, {**sent, "workers": ["nobody"]}).content.decode()
    answer = selma.post(add, sent)
    [row] = AllocationRule.objects.all()
    trial = reverse("helpline:lead-rule-try", args=[row.public_id])
    assert (answer.status_code, answer.headers["Location"], row.counts) == (303, trial, False)
    page = selma.get(trial).content.decode()
    assert "1 of the last 2 cases" in page
    assert f"Case {str(red)[:8]}" in page
    assert "Everybody" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    save_rule(rule(team["ama"], band=Band.RED), reference=row.public_id, by=LEAD, now=NOW + HOUR)
    assert selma.post(trial, {"seen": seen}).status_code == 400  # it is another rule by now
    assert not find_rule(row.public_id).counts
    seen = selma.get(trial).content.decode().split('name="seen" value="')[1].split('"')[0]
    assert selma.post(trial, {"seen": seen}).status_code == 303
    page = selma.get(rules).content.decode()
    assert "In use" in page
    assert "Ben" in page  # in what was changed
    assert "This rule is in use." in selma.get(trial).content.decode()
    off = reverse("helpline:lead-rule-off", args=[row.public_id])
    assert [selma.post(off).status_code for _ in range(2)] == [303, 303]
    assert not find_rule(row.public_id).counts
    assert selma.get(reverse("helpline:lead-rule", args=[uuid.uuid4()])).status_code == 404
    assert come_in("ama").get(rules).status_code == 403


def test_lists_are_narrowed_by_language_and_way_in(team: dict[str, str]) -> None:
    web, phone, arabic = come(), come(source=CaseSource.PHONE), come(language="ar")
    ama = come_in("ama")
    assert team
    for queue, asked, found in (
        ("waiting", "source=phone", {phone}),
        ("open", "language=ar", {arabic}),
        ("all", "source=web&language=en", {web}),
    ):
        told = ama.get(f"{reverse('helpline:desk-queue', args=[queue])}?{asked}").content.decode()
        assert {each for each in (web, phone, arabic) if str(each)[:8] in told} == found
