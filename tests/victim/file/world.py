"""People, those who work for them, and what can be done, each act drawn by chance."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from leeward.foundation.vault.operations import (
    grant,
    open_file,
    open_files,
    rotate_team,
    sweep_grants,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.models import File, Thread
from leeward.victim.file.operations.circle import find_stop, stop_reader
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, Complaint, PlanVersion
from leeward.victim.helpline.operations.cases import (
    erase_hers,
    open_case,
    stop_case,
    write_message,
)
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.operations.desk import ask_help
from leeward.victim.helpline.operations.keeping_out import keep_volunteers_out, let_volunteers_help
from leeward.victim.helpline.operations.plans import keep_plan
from leeward.victim.helpline.operations.recusals import move_to_leads
from leeward.victim.helpline.operations.volunteers import begin_shift
from leeward.victim.helpline.rules.helps import HelpKind
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from leeward.victim.removals.models import Notice, Report
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    erase_report,
    let_desk_in,
    open_report,
    stop_desk,
)
from leeward.victim.removals.operations.reports import write_message as write_to_desk
from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome, Reasons
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.removals.conftest import Company

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONITOR = (Whose.MACHINE, "monitor")
HERS, HELPLINE, DESK, LEADS = (Whose.HERS, ""), (Whose.TEAM, "helpline"), (Whose.TEAM, "desk"), (Whose.TEAM, "leads")
VOLUNTEERS = (Whose.TEAM, "volunteers")
OF_FILE = {
    Compartment.STORY: {"What you told us"},
    Compartment.CONTACT: {"How to reach you"},
    Compartment.EVIDENCE: {"Where it is online"},
}
OF_THREAD = {"What you and the helpline write each other", "How you wish to be treated"}
OF_PLAN = {"Your plan to stay safe"}
OF_LETTERS = {"What you and the removal desk write each other"}
REMOVED_WITH_WORDS = Answer(
    outcome=Outcome.REMOVED,
    reasons=Reasons(facts="Gone.", ground=Ground.INCOMPATIBLE, legal_ground="4.2", explanation="Our rules."),
)
OF_WRONG = {"What you said went wrong, and the answer"}
OF_NOTICE = {"Our requests to take it down"}


@dataclass
class World:
    """Some people, those who work for them, and what can be done, each act drawn by chance."""

    random: random.Random
    sam: Worker
    dee: Worker
    lea: Worker
    vera: Worker
    chatter: Company
    now: datetime = NOW
    people: list[Teller] = field(default_factory=list)
    days: dict[tuple[uuid.UUID, str], set[date]] = field(default_factory=dict)

    def holders(self, her: Teller) -> dict[tuple[Whose, str], Keyring]:
        return {
            HERS: Keyring(her.key),
            HELPLINE: self.sam.keyring,
            DESK: self.dee.keyring,
            LEADS: self.lea.keyring,
            VOLUNTEERS: self.vera.keyring,
            (Whose.SITE, "Chatter"): self.chatter.side.keyring,
        }

    def acts(self) -> list[Callable[[Teller], None]]:
        return [
            self.come, self.report, self.stop, self.write, self.ask, self.grant, self.wait, self.rotate,
            self.send, self.open_it, self.open_it, self.erase, self.complain, self.plan,
            self.stop_desk, self.let_in, self.write_desk, self.lend, self.lend, self.keep_out, self.let_help,
            self.move,
        ]  # fmt: skip

    def come(self, her: Teller) -> None:
        her.come(now=self.now)

    def report(self, her: Teller) -> None:
        if not Report.objects.filter(reference=her.file).exists():
            her.report(now=self.now)

    def stop(self, her: Teller) -> None:
        stop_case(opened=her.open_case(now=self.now), by=PERSON, now=self.now)

    def write(self, her: Teller) -> None:
        opened = her.open_case(now=self.now)
        write_message(opened=opened, words="Hello?", side=Side.PERSON, by=PERSON, now=self.now)

    def stop_desk(self, her: Teller) -> None:
        if self.random.random() < 0.5:
            stop_desk(opened=her.open_report(now=self.now), by=PERSON, now=self.now)

    def let_in(self, her: Teller) -> None:
        let_desk_in(opened=her.open_report(now=self.now), keyring=Keyring(her.key), by=PERSON, now=self.now)

    def write_desk(self, her: Teller) -> None:
        opened = her.open_report(now=self.now)
        write_to_desk(opened=opened, words="Hello?", side=Side.PERSON, by=PERSON, now=self.now)

    def lend(self, her: Teller) -> None:
        hours, case = self.random.choice([1, 5, 12]), her.open_case(now=self.now).reference
        is_out = not Case.objects.get(reference=case).may_be_lent
        by, until = self.sam, self.now + hours * HOUR
        try:
            begin_shift(cases=[case], until=until, keyring=by.keyring, by=by.actor, now=self.now)
        finally:
            if is_out:
                assert VOLUNTEERS not in her.reads(now=self.now)
        self.days.setdefault((her.file, "helpline"), set()).add(self.now.date())

    def keep_out(self, her: Teller) -> None:
        found = find_stop(her.circle(now=self.now), "shift")
        if found:
            stop_reader(found, her.bearer, self.now)
        else:
            keep_volunteers_out(opened=her.open_case(now=self.now), by=PERSON, now=self.now)
        assert VOLUNTEERS not in her.reads(now=self.now)

    def let_help(self, her: Teller) -> None:
        let_volunteers_help(opened=her.open_case(now=self.now), by=PERSON, now=self.now)

    def ask(self, her: Teller) -> None:
        kind = self.random.choice(list(HelpKind))
        ask_help(opened=her.open_case(now=self.now), kind=kind, by=PERSON, now=self.now)

    def grant(self, her: Teller) -> None:
        opened = open_file(file=her.file, keyring=Keyring(her.key), by=PERSON, now=self.now)
        end = self.random.choice([None, self.now + HOUR, self.now + 5 * HOUR])
        team = self.random.choice(["helpline", "desk"])
        compartment = self.random.choice(sorted(OF_FILE))
        grant(
            opened=opened,
            compartment=compartment,
            to=team_grantee(team),
            by=PERSON,
            now=self.now,
            reason="opinion",
            expires_at=end,
        )

    def wait(self, _her: Teller) -> None:
        self.now += self.random.choice([HOUR, 3 * HOUR, DAY])
        if self.random.random() < 0.5:
            sweep_grants(now=self.now, limit=5)

    def rotate(self, _her: Teller) -> None:
        worker, team = self.random.choice([(self.sam, "helpline"), (self.dee, "desk")])
        rotate_team(team=team, keyring=worker.keyring, by=worker.actor, now=self.now)

    def send(self, her: Teller) -> None:
        opened = open_report(reference=her.file, keyring=self.dee.keyring, by=self.dee.actor, now=self.now)
        self.days.setdefault((her.file, "desk"), set()).add(self.now.date())
        few = Notice.objects.filter(report__reference=her.file).count() < 2
        for plan in plan_notices(opened=opened, signer="Dee Vale", now=self.now) if few else ():
            send_notice(opened=opened, plan=plan, by=self.dee.actor, now=self.now)

    def open_it(self, her: Teller) -> None:
        case = Case.objects.get(file__reference=her.file)
        worker = {"helpline": self.sam, "leads": self.lea}[case.team]
        open_case(reference=case.reference, keyring=worker.keyring, by=worker.actor, now=self.now)
        self.days.setdefault((her.file, case.team), set()).add(self.now.date())

    def move(self, her: Teller) -> None:
        case = Case.objects.get(file__reference=her.file)
        if case.team == "helpline" and self.random.random() < 0.7:
            by, ring = self.sam.actor, self.sam.keyring
            opened = open_case(reference=case.reference, keyring=ring, by=by, now=self.now)
            self.days.setdefault((her.file, "helpline"), set()).add(self.now.date())
            move_to_leads(opened=opened, keyring=ring, by=by, now=self.now)

    def complain(self, her: Teller) -> None:
        tell_wrong(file=her.file, words="Nobody called.", by=PERSON, now=self.now, reference=uuid.uuid4())

    def plan(self, her: Teller) -> None:
        words = Plan(texts={PlanPart.PEOPLE: str(self.random.random())})
        keep_plan(opened=her.open_case(now=self.now), plan=words, by=PERSON, now=self.now)

    def erase(self, her: Teller) -> None:
        if self.random.random() < 0.2:
            erase_hers(her.bearer, self.now)
            erase_report(reference=her.file, by=PERSON, now=self.now)
            assert not File.objects.filter(reference=her.file).exists()
            self.people[self.people.index(her)] = new = Teller()
            self.come(new)

    def by_trial(self, her: Teller) -> dict[tuple[Whose, str], set[str]]:
        """Who can read what, found by trying every key on every file."""
        words: dict[tuple[uuid.UUID, Compartment], set[str]] = {
            (her.file, compartment): said for compartment, said in OF_FILE.items()
        }
        threads = Thread.objects.filter(file__reference=her.file)
        has_plan = PlanVersion.objects.filter(case__file__reference=her.file).exists()
        said_in = {"helpline": OF_THREAD | (OF_PLAN if has_plan else set()), "desk": OF_LETTERS}
        words |= {(thread.reference, Compartment.STORY): said_in[thread.team] for thread in threads}
        notices = Notice.objects.filter(report__reference=her.file).values_list("reference", flat=True)
        words |= {(notice, Compartment.PACKET): OF_NOTICE for notice in notices}
        wrongs = Complaint.objects.filter(file__reference=her.file).values_list("reference", flat=True)
        words |= {(wrong, Compartment.STORY): OF_WRONG for wrong in wrongs}
        found: dict[tuple[Whose, str], set[str]] = {}
        for holder, keyring in self.holders(her).items():
            opened = open_files({file for file, _part in words}, keyring, by=PERSON, now=self.now)
            read: set[str] = set()
            for (file, compartment), said in words.items():
                if file in opened and compartment in opened[file].compartments:
                    read |= said
            if read:
                found[holder] = read
        return found
