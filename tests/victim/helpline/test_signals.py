"""Signals of programmes: one sealed row and no answer, whether anybody listens or not."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import open_file
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.helpline.errors import CaseUnknown, StepImpossible, TokenMistyped
from leeward.victim.helpline.models import Case, Listener, Signal
from leeward.victim.helpline.operations.cases import stop_case
from leeward.victim.helpline.operations.recusals import move_to_leads, recuse
from leeward.victim.helpline.operations.signals import (
    forget_signals,
    listen,
    note_looked,
    note_signal,
    stop_listening,
)
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.queries.signals import KEPT, heard_for, heard_now, waiting_signals
from leeward.victim.helpline.rules.signals import ListenerAsked, SignalKind
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came, worker_of
from tests.victim.helpline.conftest import employ as employ_worker

pytestmark = pytest.mark.django_db

TOKEN, OTHER = "7Q4M2XKD9P3VHT6B", "AAAA2XKD9P3VHT6B"
PROGRAMME = Actor(kind=ActorKind.STAFF, id="programme")
HOUR = timedelta(hours=1)
VALUES = re.compile(r"_x\d+|'[^']*'|x'[^']*'|\b\d+\b")


def tell(token: str = TOKEN, kind: SignalKind = SignalKind.STARTED, now: object = NOW) -> None:
    note_signal(token=token, kind=kind, by=PROGRAMME, now=now)  # type: ignore[arg-type]


def hear(sam: Worker, her: Her, token: str = TOKEN) -> None:
    listen(opened=sam.open(her.case), token=token, asked=ListenerAsked.PERSON, by=sam.actor, now=NOW)


def work_of(token: str, kind: SignalKind) -> list[str]:
    """What is asked of the database, without the values."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        tell(token, kind)
    return [VALUES.sub("?", each["sql"]) for each in captured.captured_queries]


def test_a_signal_is_the_same_with_and_without_a_listener(sam: Worker, her: Her) -> None:
    tell(OTHER)  # what is done once is done
    hear(sam, her)
    kinds = list(SignalKind)
    work = [work_of(token, kind) for kind in kinds for token in (TOKEN, OTHER)]
    assert [each for each in work if each != work[0]] == []
    assert not [each for each in work[0] if "listener" in each]
    rows = Signal.objects.all()
    assert (
        len({(len(row.sealed), len(row.index), row.at, row.due_at, row.looked_at, row.looked_by) for row in rows}) == 1
    )
    assert rows.count() == 3 * (1 + 2 * len(kinds))  # one for each team that may listen
    assert note_signal(token=TOKEN, kind=SignalKind.STARTED, by=PROGRAMME, now=NOW) is None  # type: ignore[func-returns-value]


def test_it_stands_on_the_case_that_listens_and_on_no_other(sam: Worker, lee: Worker, her: Her) -> None:
    other = came()
    tell("7q4m-2xkd-9p3v-ht6b", SignalKind.MISSED_TWO)  # before anybody listens
    hear(sam, her)
    hear(sam, her)  # pressed twice
    assert TOKEN not in str(Listener.objects.values())
    tell(kind=SignalKind.RISK_RAISED, now=NOW + HOUR)
    tell(OTHER)
    heard = heard_for(sam.open(her.case), keyring=sam.keyring)
    assert [(each.number, each.asked) for each in heard.listeners] == [(1, ListenerAsked.PERSON)]
    assert [each.kind for each in heard.signals] == [SignalKind.RISK_RAISED, SignalKind.MISSED_TWO]
    assert heard_for(sam.open(other.case), keyring=sam.keyring).signals == ()
    assert heard_for(her.open(), keyring=sam.keyring).listeners == ()  # staff's part
    waits = heard_now(lee.keyring, by=lee.actor, now=NOW)
    assert [(each.kind, each.case) for each in waits] == [
        (SignalKind.MISSED_TWO, her.case),
        (SignalKind.RISK_RAISED, her.case),
    ]
    # Who knows the person neither sees it nor marks it for others.
    recuse(reference=her.case, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert heard_now(sam.keyring, by=sam.actor, now=NOW) == ()
    assert note_looked(keyring=sam.keyring, until=NOW + HOUR, by=sam.actor, now=NOW) == 1
    assert note_looked(keyring=lee.keyring, until=NOW, by=lee.actor, now=NOW) == 1  # what came since waits
    assert [each.kind for each in heard_now(lee.keyring, by=lee.actor, now=NOW)] == [SignalKind.RISK_RAISED]
    stop_listening(opened=lee.open(her.case), by=lee.actor, now=NOW)
    assert heard_now(lee.keyring, by=lee.actor, now=NOW) == ()


def test_two_cases_that_listen_under_one_token_both_hear(sam: Worker, lee: Worker, her: Her) -> None:
    other = came()  # the same person harmed both
    hear(sam, her)
    hear(sam, other)
    tell(kind=SignalKind.RISK_RAISED)
    waits = heard_now(lee.keyring, by=lee.actor, now=NOW)
    assert sorted(each.case for each in waits) == sorted([her.case, other.case])
    # Who knows one of them still sees the other, and leaves both to colleagues.
    recuse(reference=other.case, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert [each.case for each in heard_now(sam.keyring, by=sam.actor, now=NOW)] == [her.case]
    assert note_looked(keyring=sam.keyring, until=NOW, by=sam.actor, now=NOW) == 0


def test_the_closed_team_hears_for_its_own_cases_and_the_helpline_does_not(sam: Worker, her: Her) -> None:
    lea = employ_worker("lea", team="leads")
    hear(sam, her)
    tell(kind=SignalKind.MISSED_TWO)
    move_to_leads(opened=sam.open(her.case), keyring=sam.keyring, by=sam.actor, now=NOW)
    tell(kind=SignalKind.RISK_RAISED, now=NOW + HOUR)
    note_looked(keyring=sam.keyring, until=NOW + HOUR, by=sam.actor, now=NOW)
    assert heard_now(sam.keyring, by=sam.actor, now=NOW) == ()
    assert [each.kind for each in heard_now(lea.keyring, by=lea.actor, now=NOW)] == [
        SignalKind.MISSED_TWO,
        SignalKind.RISK_RAISED,
    ]
    assert len(heard_for(lea.open(her.case), keyring=lea.keyring).signals) == 2
    assert note_looked(keyring=lea.keyring, until=NOW + HOUR, by=lea.actor, now=NOW) == 2


def test_each_is_due_within_one_open_hour(sam: Worker) -> None:
    tell(now=NOW)  # a Tuesday at noon
    tell(now=NOW.replace(day=27, hour=17, minute=30))  # Friday, half an hour before the helpline closes
    due = [each.due_at for each in waiting_signals().order_by("at")]
    assert due == [NOW + HOUR, NOW.replace(day=30, hour=10, minute=30)]


def test_what_is_no_token_or_no_open_case_is_refused(sam: Worker, her: Her) -> None:
    with pytest.raises(TokenMistyped):
        tell("her name")
    with pytest.raises(CaseUnknown):
        listen(opened=her.open(), token=TOKEN, asked=ListenerAsked.PERSON, by=PERSON, now=NOW)
    opened = sam.open(her.case)
    stop_case(opened=her.open(), by=PERSON, now=NOW)
    with pytest.raises(StepImpossible):
        listen(opened=opened, token=TOKEN, asked=ListenerAsked.PERSON, by=sam.actor, now=NOW)
    tell()
    assert (forget_signals(now=NOW + KEPT, limit=5), forget_signals(now=NOW + KEPT + HOUR, limit=5)) == (0, 3)


def test_pages(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    house("staff", lambda: [employ("ama", Role.PRACTITIONER), employ("lea", Role.HELPLINE_LEAD)])
    ama, her = come_in("ama"), came()
    case, signals = reverse("helpline:desk-case", args=[her.case]), reverse("helpline:desk-signals")
    listens = reverse("helpline:desk-listen", args=[her.case])
    assert "This is not a token" in send(ama, listens, status=400, token="her name", asked="person")
    send(ama, listens, token=TOKEN.lower(), asked="person")
    tell(kind=SignalKind.RISK_RAISED)
    tell(OTHER)
    home = reverse("work:home")
    assert "nobody has checked" in see(ama, home)
    listed = see(ama, signals)
    assert ("The risk is higher now" in listed, case in listed) == (True, True)
    page = see(ama, case)
    assert "The risk is higher now" in page
    assert "Token 1" not in page  # there is one
    at(monkeypatch, NOW + HOUR / 60)
    send(ama, listens, token=OTHER, asked="liaison")
    page = see(ama, case)
    assert "Token 1</strong>, heard since 24 November 2026: The person wants to be told" in page
    assert "Token 2</strong>, heard since 24 November 2026: Nobody asked" in page
    assert re.search(r"Token 1, [^<]*", page[page.index("The risk is higher now") :]) is not None
    assert (TOKEN in page, OTHER in page) == (False, False)
    lea = come_in("lea")
    assert "nobody has checked" not in see(lea, home)
    at(monkeypatch, NOW + 2 * HOUR)
    assert "nobody has checked" in see(come_in("lea"), home)
    ama = come_in("ama")
    send(ama, signals, until="no moment")
    assert waiting_signals().count() == 2
    send(ama, signals, until=NOW.isoformat())
    assert not waiting_signals().exists()
    assert "nobody has checked" not in see(ama, home)
    send(ama, reverse("helpline:desk-listen-stop", args=[her.case]))
    assert "We are not listening to a programme." in see(ama, case)


def test_the_liaison_hears_first_and_opens_only_how_to_reach_whoever_asked(
    house: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    roles = {"ama": Role.PRACTITIONER, "lia": Role.SURVIVOR_LIAISON, "lea": Role.HELPLINE_LEAD}
    house("with a liaison", lambda: [employ(name, role) for name, role in roles.items()])
    teller = Teller()
    teller.come()
    asked, quiet = find_case(teller.file), came().case
    assert asked is not None
    ama, lia, hers = come_in("ama"), come_in("lia"), browser_of(teller, now=NOW)
    signals, home = reverse("helpline:liaison-told"), reverse("work:home")
    for case, token, who in ((asked, TOKEN, "person"), (quiet, OTHER, "liaison")):
        send(ama, reverse("helpline:desk-listen", args=[case]), token=token, asked=who)
    tell(OTHER, SignalKind.STARTED)
    tell(kind=SignalKind.RISK_RAISED)
    listed = see(lia, signals)
    assert listed.index("The risk is higher now") < listed.index("They have started the programme")  # danger first
    assert ("The risk is higher now" in listed, "They have started the programme" in listed) == (True, True)
    reach, hidden = (reverse("helpline:liaison-reach", args=[case]) for case in (asked, quiet))
    assert (reach in listed, hidden in listed) == (True, False)
    assert reverse("helpline:desk-case", args=[asked]) not in listed
    assert "nobody has checked" in see(lia, home)
    for other, status in ((ama, 403), (lia, 200)):
        see(other, signals, status=status)
    assert "nobody has checked" not in see(ama, home)  # it is the liaison's
    # Keys: how to reach whoever asked, and nothing else of anybody.
    assert "You have opened 1 today" in send(lia, reach, status=200)
    send(lia, hidden, status=404)
    see(lia, reverse("helpline:desk-case", args=[asked]), status=403)
    row = Case.objects.get(reference=asked)
    liaison = worker_of("lia")
    assert open_file(file=teller.file, keyring=liaison.keyring, by=liaison.actor, now=NOW).compartments == {
        Compartment.CONTACT
    }
    for file in (row.thread.reference, row.casework, Case.objects.get(reference=quiet).file.reference):
        with pytest.raises(NotGranted):
            open_file(file=file, keyring=liaison.keyring, by=liaison.actor, now=NOW)
    # Their person sees the liaison, and stops it alone.
    circle, stop = reverse("file:circle"), reverse("file:circle-stop", args=["two"])
    assert "The helpline’s liaison, who tells you what you asked to be told" in (told := hers.see(circle))
    assert stop in told
    assert hers.client.post(stop, {"numbers": hers.code}).headers["Location"] == circle
    tell(kind=SignalKind.TRIED_CONTACT)
    assert "They have tried to reach the person" not in see(lia, signals)
    send(lia, reach, status=404)
    assert "They have tried to reach the person" in see(ama, reverse("helpline:desk-case", args=[asked]))
    send(ama, reverse("helpline:desk-listen", args=[asked]), token=TOKEN, asked="person")  # they asked anew
    assert "They have tried to reach the person" in see(lia, signals)
    # Nobody looked within the hour: who leads sees it; once the liaison has looked, nobody does.
    at(monkeypatch, NOW + 2 * HOUR)
    lia, lea = come_in("lia"), come_in("lea")
    assert "nobody has checked" in see(lea, home)
    send(lia, signals, until=(NOW + HOUR).isoformat())
    assert "nobody has checked" not in see(lea, home) + see(lia, home)
    assert not waiting_signals("helpline").exists()
    assert not waiting_signals("liaison").exists()
    tell(kind=SignalKind.COMPLETED, now=NOW + 2 * HOUR)
    assert "They have completed it" in see(lia, signals)
    send(lia, reverse("helpline:liaison-know", args=[asked]))
    assert "They have completed it" not in see(lia, signals)
    send(lia, reach, status=404)
