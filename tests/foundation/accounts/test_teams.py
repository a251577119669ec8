"""Teams: the first member comes in by her link, the others by a colleague; who leaves finds every door closed."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import (
    AffiliationWrong,
    ColleagueUnknown,
    LastInTeam,
    LinkSpent,
    NotInTeam,
    SignInRefused,
    UnlockRefused,
)
from leeward.foundation.accounts.models import Unlock, User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.queries import list_team
from leeward.foundation.accounts.rules import Role, fingerprint
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import holders_of, make_file, open_file, team_grantee, user_grantee
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring
from tests.foundation.accounts.people import NOW, PASSPHRASE, Member, come_in, employ

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OPERATOR = Actor.operator()


def ring(member: Member) -> Keyring:
    return keys.open_teams_with(keys.open_by_passphrase(user=member.user, passphrase=PASSPHRASE))


def admit(colleague: Member, newcomer: Member) -> None:
    operations.let_in(colleague=colleague.user, reference=newcomer.user.reference, keyring=ring(colleague), now=NOW)


def take_out(colleague: Member, leaver: Member) -> None:
    operations.take_out(colleague=colleague.user, reference=leaver.user.reference, keyring=ring(colleague), now=NOW)


def file_report() -> tuple[uuid.UUID, Any]:
    """A report as it is filed: wrapped to whatever the desk's key is now."""
    file = uuid.uuid4()
    opened = make_file(file=file, grants={Compartment.EVIDENCE: [team_grantee("desk")]}, by=Actor.person(), now=NOW)
    return file, opened


def may_read(file: uuid.UUID, keyring: Keyring) -> bool:
    try:
        opened = open_file(file=file, keyring=keyring, by=OPERATOR, now=NOW)
    except NotGranted:
        return False
    return Compartment.EVIDENCE in opened.compartments


class TestComingIn:
    def test_the_first_member_comes_in_by_her_link(self) -> None:
        amina = employ("amina")
        assert not amina.waits
        assert ring(amina).teams == {"desk"}

    def test_what_was_printed_opens_nothing_afterwards(self) -> None:
        link = operations.create_staff(
            username="amina", display_name="Amina", role=Role.SUPERVISOR, by=OPERATOR, now=NOW
        )
        link_key = keys._link_key(link.token)
        assert keys.open_teams_with(link_key).teams == {"desk"}
        old = keys.open_teams_with(link_key)
        operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW)
        assert not keys.open_teams_with(link_key).teams
        assert [kind for kind, _name in holders_of("desk")] == [GranteeKind.USER]
        file, _opened = file_report()
        assert not may_read(file, old)

    def test_two_links_and_the_second_person_waits(self) -> None:
        links = [
            operations.create_staff(username=name, display_name=name, role=Role.SUPERVISOR, by=OPERATOR, now=NOW)
            for name in ("amina", "basil")
        ]
        first, second = (
            operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW) for link in links
        )
        assert (first.waits, second.waits) == (False, True)

    def test_others_wait_until_a_colleague_lets_them_in(self) -> None:
        amina, basil = employ("amina", Role.SUPERVISOR), employ("basil")
        file, _opened = file_report()
        assert basil.waits
        assert not ring(basil).teams
        client = come_in("basil")
        waiting = client.get(reverse("accounts:team"))
        digits = fingerprint(user_grantee(basil.user.reference).public_key)
        assert waiting.status_code == 403
        assert digits in waiting.content.decode()

        desk = come_in("amina")
        page = desk.get(reverse("accounts:team")).content.decode()
        assert digits in page  # the two can compare
        assert desk.post(reverse("accounts:let-in", args=[basil.user.reference])).status_code == 303
        assert may_read(file, ring(basil))
        assert client.get(reverse("accounts:team")).status_code == 200
        assert AuditEvent.objects.filter(verb="accounts.let_in", actor_id=amina.user.reference).count() == 1

    def test_nobody_is_let_in_twice_by_strangers_or_by_those_who_wait(self) -> None:
        amina, basil, chidi = employ("amina"), employ("basil"), employ("chidi")
        helper = employ("dana", Role.PRACTITIONER)
        with pytest.raises(NotInTeam):
            admit(basil, chidi)
        with pytest.raises(ColleagueUnknown):
            admit(helper, chidi)
        admit(amina, basil)
        with pytest.raises(ColleagueUnknown):
            admit(amina, basil)
        assert come_in("dana").post(reverse("accounts:let-in", args=[chidi.user.reference])).status_code == 404

    def test_platforms_are_teams_of_their_own(self) -> None:
        lead = employ("lena", Role.PLATFORM_LEAD, affiliation="abc")
        other = employ("omar", Role.MODERATOR, affiliation="xyz")
        assert ring(lead).teams == {"platform:abc"}
        assert ring(other).teams == {"platform:xyz"}
        assert [one.name for one in list_team(viewer=lead.user).inside] == ["Lena"]

    def test_the_page_says_who_has_yet_to_enrol(self) -> None:
        amina = employ("amina")
        operations.create_staff(username="basil", display_name="Basil", role=Role.SUPERVISOR, by=OPERATOR, now=NOW)
        listed = list_team(viewer=amina.user)
        assert [[one.name for one in people] for people in (listed.inside, listed.waiting, listed.expected)] == [
            ["Amina"],
            [],
            ["Basil"],
        ]

    @pytest.mark.parametrize(
        ("role", "affiliation"), [(Role.MODERATOR, ""), (Role.PLATFORM_LEAD, ""), (Role.SUPERVISOR, "abc")]
    )
    def test_affiliations_that_do_not_fit_are_refused(self, role: Role, affiliation: str) -> None:
        with pytest.raises(AffiliationWrong, match="--body"):
            employ("amina", role, affiliation=affiliation)

    def test_the_command_takes_a_platform(self) -> None:
        out = io.StringIO()
        call_command(
            "create_staff", "lena", "--role", "platform_lead", "--body", "abc", stdout=out, stderr=io.StringIO()
        )
        assert User.objects.get().team == "platform:abc"
        with pytest.raises(CommandError, match="--body"):
            call_command("create_staff", "omar", "--role", "moderator")


class TestLeaving:
    def test_old_session_old_cookie_old_slots_and_later_reports_are_closed(self) -> None:
        amina, basil = employ("amina", Role.SUPERVISOR), employ("basil")
        admit(amina, basil)
        before, _opened = file_report()
        basils_key = keys.open_by_passphrase(user=basil.user, passphrase=PASSPHRASE)
        basils_ring = ring(basil)
        client = come_in("basil")
        assert client.get(reverse("accounts:team")).status_code == 200
        cookie = client.cookies["leeward-unlock"].value

        desk = come_in("amina")
        address = reverse("accounts:take-out", args=[basil.user.reference])
        assert "Basil" in desk.get(address).content.decode()
        assert desk.post(address).status_code == 303

        assert client.get(reverse("accounts:team")).headers["Location"].startswith(reverse("accounts:sign-in"))
        assert not Unlock.objects.filter(user__username="basil").exists()
        again = Client()
        again.force_login(User.objects.get(username="basil"))
        again.cookies["leeward-unlock"] = cookie
        assert again.get(reverse("accounts:team")).status_code == 302
        for refused, attempt in (
            (SignInRefused, lambda: operations.sign_in(username="basil", passphrase=PASSPHRASE, now=NOW)),
            (UnlockRefused, lambda: keys.open_by_passphrase(user=basil.user, passphrase=PASSPHRASE)),
            (UnlockRefused, lambda: keys.open_by_recovery(user=basil.user, code=basil.recovery_code)),
        ):
            with pytest.raises(refused):
                attempt()
        assert not keys.open_teams_with(basils_key).teams
        after, _later = file_report()
        assert not may_read(after, basils_ring)  # even with the team's old key still in hand
        assert may_read(after, ring(amina))
        assert may_read(before, ring(amina))
        assert AuditEvent.objects.filter(verb="accounts.taken_out").count() == 1

    def test_nobody_takes_herself_out_or_a_stranger(self) -> None:
        amina, helper = employ("amina", Role.SUPERVISOR), employ("dana", Role.PRACTITIONER)
        for leaver in (amina, helper):
            with pytest.raises(ColleagueUnknown):
                take_out(amina, leaver)
        desk = come_in("amina")
        assert desk.get(reverse("accounts:take-out", args=[amina.user.reference])).status_code == 404
        assert desk.get(reverse("accounts:take-out", args=["nobody"])).status_code == 404

    def test_only_those_who_lead_take_out(self) -> None:
        amina, basil = employ("amina"), employ("basil")
        admit(amina, basil)
        assert come_in("amina").get(reverse("accounts:take-out", args=[basil.user.reference])).status_code == 403
        with pytest.raises(ColleagueUnknown):
            take_out(amina, basil)

    def test_closed_from_the_command_line_and_the_team_asked_for_a_new_key(self) -> None:
        amina, basil = employ("amina", Role.SUPERVISOR), employ("basil")
        admit(amina, basil)
        basils_ring = ring(basil)
        operations.close_account(username="basil", by=OPERATOR, now=NOW)
        desk = come_in("amina")
        assert "Make a new key" in desk.get(reverse("accounts:team")).content.decode()
        assert desk.post(reverse("accounts:team-new-key")).status_code == 303
        assert "Make a new key" not in desk.get(reverse("accounts:team")).content.decode()
        file, _opened = file_report()
        assert not may_read(file, basils_ring)
        assert may_read(file, ring(amina))

    def test_of_the_last_member_the_account_is_closed_and_the_sealed_slots_stay(self) -> None:
        amina = employ("amina")
        told = io.StringIO()
        call_command("close_staff", "amina", stderr=told)
        assert "recover-team" in told.getvalue()
        with pytest.raises(SignInRefused):
            operations.sign_in(username="amina", passphrase=PASSPHRASE, now=NOW)
        assert ring(amina).teams == {"desk"}  # for whoever restores the team: without them all would be lost


class TestLosingKeys:
    def enrol_again(self, name: str, *, secret: str = "") -> Any:
        link = operations.renew_link(username=name, by=OPERATOR, now=NOW)
        return operations.choose_passphrase(
            token=link.token, passphrase="another orbit pepper quilt", earlier_secret=secret, now=NOW
        )

    @pytest.mark.parametrize("kind", ["code", "passphrase"])
    def test_with_an_earlier_secret_she_keeps_her_key(self, kind: str) -> None:
        amina, basil = employ("amina"), employ("basil")
        admit(amina, basil)
        again = self.enrol_again("basil", secret=basil.recovery_code if kind == "code" else PASSPHRASE)
        assert not again.waits
        assert again.recovery_code != basil.recovery_code
        key = keys.open_by_recovery(user=basil.user, code=again.recovery_code)
        assert keys.open_teams_with(key).teams == {"desk"}
        for closed in (
            lambda: keys.open_by_passphrase(user=basil.user, passphrase=PASSPHRASE),
            lambda: keys.open_by_recovery(user=basil.user, code=basil.recovery_code),
        ):
            with pytest.raises(UnlockRefused):
                closed()

    def test_without_it_she_gets_a_new_key_and_waits(self) -> None:
        amina, basil = employ("amina"), employ("basil")
        admit(amina, basil)
        old = keys.open_by_passphrase(user=basil.user, passphrase=PASSPHRASE)
        assert self.enrol_again("basil").waits
        assert not keys.open_teams_with(old).teams
        admit(amina, basil)
        new = keys.open_by_passphrase(user=basil.user, passphrase="another orbit pepper quilt")
        assert keys.open_teams_with(new).teams == {"desk"}

    def test_a_wrong_code_spends_no_link(self, client: Client) -> None:
        employ("amina")
        basil, chidi = employ("basil"), employ("chidi")
        link = operations.renew_link(username="basil", by=OPERATOR, now=timezone.now())
        address = reverse("accounts:enrol", args=[link.token])
        fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "earlier_secret": chidi.recovery_code}
        assert 'href="#id_earlier_secret"' in client.post(address, fields).content.decode()
        fields["earlier_secret"] = basil.recovery_code
        assert "recovery-code" in client.post(address, fields).content.decode()

    def test_the_last_one_who_holds_a_teams_key_cannot_lose_it(self, client: Client) -> None:
        amina = employ("amina")
        link = operations.renew_link(username="amina", by=OPERATOR, now=timezone.now())
        with pytest.raises(LastInTeam):
            operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=timezone.now())
        address = reverse("accounts:enrol", args=[link.token])
        fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
        assert "Nobody else holds" in client.post(address, fields).content.decode()
        assert "recovery-code" in client.post(address, {**fields, "earlier_secret": PASSPHRASE}).content.decode()
        assert ring(amina).teams == {"desk"}

    def test_earlier_secrets_cannot_be_guessed_with_a_link(self) -> None:
        employ("amina")
        basil = employ("basil")
        link = operations.renew_link(username="basil", by=OPERATOR, now=NOW)
        for secret in [*["lantern orbit pepper quill"] * 5, PASSPHRASE]:
            with pytest.raises(UnlockRefused):
                operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, earlier_secret=secret, now=NOW)
        assert basil.user.unlock_failed_tries == 5

    def test_the_code_is_shown_once(self, client: Client) -> None:
        link = operations.create_staff(
            username="amina", display_name="Amina", role=Role.SUPERVISOR, by=OPERATOR, now=timezone.now()
        )
        address = reverse("accounts:enrol", args=[link.token])
        page = client.get(address).content.decode()
        assert "Six words drawn just now" in page
        fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
        shown = client.post(address, fields)
        assert "recovery-code" in shown.content.decode()
        assert shown.headers["Cache-Control"] == "no-store"
        assert client.post(address, fields).status_code == 410

    def test_a_link_that_nobody_used_brings_nobody_in_later(self) -> None:
        link = operations.create_staff(
            username="amina", display_name="Amina", role=Role.SUPERVISOR, by=OPERATOR, now=NOW
        )
        with pytest.raises(LinkSpent):
            operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW + timedelta(hours=25))
        assert not employ("basil").waits
        assert not keys.open_teams_with(keys._link_key(link.token)).teams
