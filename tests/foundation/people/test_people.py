"""The administrator's pages: accounts made, changed and ended; what that does is said before the press."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import LastAdministrator, LastInTeam
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import holders_of, teams_to_rotate
from leeward.industry.platforms.operations import create_platform
from tests.foundation.accounts.people import NOW, PASSPHRASE, Member, at, come_in, employ

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)


@pytest.fixture
def olga() -> Client:
    employ("olga", Role.ADMINISTRATOR)
    return come_in("olga")


def at_person(name: str, page: str = "person") -> str:
    return reverse(f"people:{page}", args=[User.objects.get(username=name).reference])


def let_in(member: Member, *, by: Member) -> None:
    ring = keys.open_teams_with(keys.open_by_passphrase(user=by.user, passphrase=PASSPHRASE))
    operations.let_in(colleague=by.user, reference=member.user.reference, keyring=ring, now=NOW)


def text_of(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def new(client: Client, **fields: str) -> Any:
    typed = {"username": "amina", "display_name": "Amina", "role": "desk_practitioner", "affiliation": ""}
    return client.post(reverse("people:new"), typed | fields)


class TestMaking:
    def test_the_link_is_shown_once_and_lets_them_enrol(self, olga: Client) -> None:
        shown = new(olga)
        link = re.search(r'id="link"[^>]*>http://testserver(/staff/enrol/[^<]+)<', shown.content.decode())
        assert link
        assert "http" not in text_of(olga.get(at_person("amina"))).partition("Audit trail")[2]
        fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
        assert "recovery-code" in Client().post(link[1], fields).content.decode()
        come_in("amina")
        amina = User.objects.get(username="amina").reference
        made = AuditEvent.objects.get(verb="accounts.created", subject_reference=amina)
        assert made.actor_id == User.objects.get(username="olga").reference

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"username": "Ämina!"}, "small letters"),
            ({"username": "olga"}, "Somebody has this staff name"),
            ({"role": ""}, "Choose one from the list"),
            ({"role": "moderator"}, "Choose the organisation"),
            ({"affiliation": "PLATFORM"}, "Leave this empty"),
            ({"role": "moderator", "affiliation": "nowhere"}, "Choose one from the list"),
            ({"display_name": ""}, "Enter a name"),
        ],
    )
    def test_what_is_wrong_is_said_and_nobody_is_made(self, olga: Client, fields: dict[str, str], said: str) -> None:
        partner = create_platform(name="Chatter", by=Actor.operator(), now=NOW).partner
        sent = {name: value.replace("PLATFORM", str(partner.public_id)) for name, value in fields.items()}
        answer = new(olga, **sent)
        assert (answer.status_code, said in text_of(answer)) == (400, True)
        assert User.objects.count() == 1

    def test_a_moderator_belongs_to_a_platform_by_name(self, olga: Client) -> None:
        partner = create_platform(name="Chatter", by=Actor.operator(), now=NOW).partner
        assert new(olga, role="moderator", affiliation=str(partner.public_id)).status_code == 200
        assert User.objects.get(username="amina").team == f"platform:{partner.public_id}"
        assert "Chatter" in text_of(olga.get(at_person("amina")))


class TestTheList:
    def test_it_says_role_state_keys_and_when_somebody_was_seen(self, olga: Client) -> None:
        first, second = employ("amina"), employ("basil")
        new(olga, username="cleo", display_name="Cleo", role="reviewer")
        come_in("amina")
        said = text_of(olga.get(reverse("people:people")))
        for words in ("Desk practitioner", "Active", "Awaits a colleague", "Has a link", "No passkey"):
            assert words in said
        assert "Holds the team's key" in said
        assert "24 November 2026, 12:00" in said
        let_in(second, by=first)
        assert "Awaits a colleague" not in text_of(olga.get(reverse("people:people")))

    def test_a_link_that_was_not_used_in_time_is_named(self, olga: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        new(olga)
        at(monkeypatch, NOW + timedelta(hours=25))
        again = Client()
        again.force_login(User.objects.get(username="olga"))
        assert "Needs a new link" in text_of(again.get(reverse("people:people")))

    def test_who_has_left_is_shown_when_asked_for(self, olga: Client) -> None:
        employ("amina")
        olga.post(at_person("amina", "leaving"))
        assert "amina" not in text_of(olga.get(reverse("people:people")))
        assert "amina" in text_of(olga.get(reverse("people:people"), {"left": "on"}))

    def test_its_queries_do_not_grow_with_people(self, olga: Client, django_assert_max_num_queries: Any) -> None:
        for name in ("amina", "basil", "cleo", "dora"):
            employ(name)
        with django_assert_max_num_queries(20):
            olga.get(reverse("people:people"))


class TestChanging:
    def test_another_team_takes_the_old_key_away_and_waits_for_the_new_one(self, olga: Client) -> None:
        amina, basil = employ("amina"), employ("basil")
        helper = employ("helen", Role.PRACTITIONER)
        let_in(basil, by=amina)
        client = come_in("basil")
        assert client.get(reverse("accounts:team")).status_code == 200
        page = olga.get(at_person("basil", "change"))
        assert "taken from this person at once" in text_of(page)
        seen = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
        assert seen
        fields = {"display_name": "Basil", "role": "practitioner", "affiliation": "", "seen": seen[1]}
        assert olga.post(at_person("basil", "change"), fields).status_code == 303
        assert basil.user.reference not in str(holders_of("desk"))
        assert teams_to_rotate() == ("desk",)
        assert client.get(reverse("accounts:team")).status_code in (302, 403)
        assert "Awaits a colleague" in text_of(olga.get(at_person("basil")))
        let_in(basil, by=helper)
        assert come_in("basil").get(reverse("accounts:team")).status_code == 200
        changed = AuditEvent.objects.get(verb="accounts.changed")
        assert '"role":"practitioner"' in changed.facts
        assert "Basil" not in changed.facts

    def test_the_last_holder_of_a_teams_key_keeps_the_role(self, olga: Client) -> None:
        employ("amina")
        fields = {"display_name": "Amina", "role": "reviewer", "affiliation": "", "seen": "Amina|desk_practitioner|"}
        answer = olga.post(at_person("amina", "change"), fields)
        assert "Nobody else holds the key" in text_of(answer)
        with pytest.raises(LastInTeam):
            operations.change_staff(
                username="amina", display_name="Amina", role=Role.REVIEWER, by=Actor.operator(), now=NOW
            )
        assert User.objects.get(username="amina").role == "desk_practitioner"

    def test_what_somebody_else_has_changed_meanwhile_is_told(self, olga: Client) -> None:
        employ("amina")
        fields = {"display_name": "Amina B", "role": "supervisor", "affiliation": "", "seen": "Old|reviewer|"}
        assert "Somebody has changed this meanwhile" in text_of(olga.post(at_person("amina", "change"), fields))
        assert User.objects.get(username="amina").role == "desk_practitioner"


class TestLinksAndLeaving:
    def test_a_new_link_says_what_it_ends_and_ends_it(self, olga: Client) -> None:
        employ("amina")
        client = come_in("amina")
        assert "every session that is open" in text_of(olga.get(at_person("amina", "link")))
        assert client.get(reverse("work:home")).status_code == 200  # asking ends nothing
        assert 'id="link"' in olga.post(at_person("amina", "link")).content.decode()
        assert client.get(reverse("work:home")).status_code == 302

    def test_leaving_says_what_it_closes_and_closes_it(self, olga: Client) -> None:
        amina, basil = employ("amina"), employ("basil")
        let_in(basil, by=amina)
        client = come_in("basil")
        said = text_of(olga.get(at_person("basil", "leaving")))
        for words in (
            "every session and unlock",
            "their own key",
            "their way to the key of the team",
            "make a new key",
        ):
            assert words in said
        assert client.get(reverse("accounts:team")).status_code == 200
        assert olga.post(at_person("basil", "leaving")).status_code == 303
        assert client.get(reverse("accounts:team")).status_code == 302
        assert basil.user.reference not in str(holders_of("desk"))
        assert teams_to_rotate() == ("desk",)
        page = text_of(olga.get(at_person("basil")))
        assert "Olga Account closed" in page
        assert "Close the account" not in page
        assert olga.post(at_person("basil", "link")).status_code == 404

    def test_the_last_holder_is_named_before_the_press(self, olga: Client) -> None:
        employ("amina")
        assert "Nobody else holds their team's key" in text_of(olga.get(at_person("amina", "leaving")))

    def test_the_last_administrator_cannot_leave_or_become_something_else(self, olga: Client) -> None:
        operations.create_staff(
            username="otto", display_name="Otto", role=Role.ADMINISTRATOR, by=Actor.operator(), now=NOW
        )  # has a link and never came
        answer = olga.post(at_person("olga", "leaving"))
        assert (answer.status_code, "the only administrator" in text_of(answer)) == (409, True)
        fields = {"display_name": "Olga", "role": "reviewer", "affiliation": "", "seen": "Olga|administrator|"}
        assert "the only administrator" in text_of(olga.post(at_person("olga", "change"), fields))
        with pytest.raises(LastAdministrator):
            operations.close_account(username="olga", by=Actor.operator(), now=NOW)
        assert olga.get(reverse("people:people")).status_code == 200
        employ("orla", Role.ADMINISTRATOR)
        assert olga.post(at_person("olga", "leaving")).status_code == 303
        assert olga.get(reverse("people:people")).status_code == 302


def test_who_did_what_is_told_by_name_and_without_every_sign_in(olga: Client) -> None:
    new(olga)
    employ("basil")
    come_in("basil")
    page = text_of(olga.get(at_person("amina")))
    assert "Olga Account made" in page
    page = text_of(olga.get(at_person("basil")))
    assert "From the command line Account made" in page
    assert "Basil Enrolled" in page
    assert "Signed in" not in page
