"""The made-up nation's helpline: who wrote to it and when, what was answered, and how it stands with it now."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.test import override_settings

from demo.network import member_id
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.vault.operations import make_victim_key
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.foundation.work.desks import leave_shift_note
from leeward.victim.file.operations.files import counting_key
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.needs import Knows, Need, Needs
from leeward.victim.file.rules.story import Danger, Harm, Story, Wish
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Review
from leeward.victim.helpline.operations import calls, cases, desk, overrides, plans
from leeward.victim.helpline.operations.allocation import let_rule_count, save_profile, save_rule
from leeward.victim.helpline.operations.care import note_supervision
from leeward.victim.helpline.operations.complaints import answer_wrong, tell_wrong
from leeward.victim.helpline.operations.funding import save_funding
from leeward.victim.helpline.operations.parity import add_counts, keep_law_gaps
from leeward.victim.helpline.operations.recusals import move_to_leads, recuse
from leeward.victim.helpline.operations.screens import assess
from leeward.victim.helpline.operations.signals import listen, note_signal
from leeward.victim.helpline.operations.telephone import keep_calls
from leeward.victim.helpline.operations.volunteers import begin_shift, clear_volunteer, write_reply
from leeward.victim.helpline.queries.cases import TEAM, find_case, read_case
from leeward.victim.helpline.queries.hours import open_after
from leeward.victim.helpline.rules.allocation import Profile, Rule
from leeward.victim.helpline.rules.calls import Window, good_times
from leeward.victim.helpline.rules.cases import CallOutcome, CaseSource, Reopening
from leeward.victim.helpline.rules.funding import Grant
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.instruments import Said
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.overrides import Telling
from leeward.victim.helpline.rules.parity import EVERYBODY, LAW, PEOPLE, Cells
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from leeward.victim.helpline.rules.signals import ListenerAsked, SignalKind
from leeward.victim.helpline.rules.telephone import HourOfCalls
from leeward.victim.helpline.rules.volunteers import LONGEST_SHIFT
from leeward.victim.network.errors import WhyNot
from leeward.victim.network.operations.meetings import add_action, end_action
from leeward.victim.network.operations.referrals import Draft, Receiver, agree, draft_referral, say_outcome
from leeward.victim.network.operations.turns import accept_turn, ask, decline_turn, finish, start
from leeward.victim.network.queries.members import member_names, read_candidates
from leeward.victim.network.queries.referrals import ReferralLine, referrals_of
from leeward.victim.network.rules.meetings import HELPLINE, ActionState, MeetingAction
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.members import Wish as Looked
from leeward.victim.network.rules.releases import Release, ReleaseField, Without, Yes, YesBy
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, InTouch, ToldAgain
from leeward.victim.removals.rules.reports import Band

HOUR = timedelta(hours=1)
PERSON = Actor.person()
SHIFT_NOTE = (
    "The late shift answered all red ones but one: it came in the last hour, and its phone is only safe in the "
    "mornings. Two cases wait for their day; one review waits for a second person."
)
SAFE = Contact(way=ContactWay.PHONE, name="N.", phone="0555 0100 23", hours="mornings", safe_word="blue kettle")
BY_MAIL = Contact(way=ContactWay.EMAIL, email="somebody@example.org", may_say_who=True, may_leave_message=True)

# What went wrong, the answer or "", and how many days ago.
WRONG = (
    ("I waited four days for an answer, and it was the same sentence as the first one.", "", 1),
    (
        "Whoever I wrote with asked twice why I do not leave him.",
        "You are right, and we are sorry. Nobody should have asked you that. We talked about it with everybody here.",
        12,
    ),
)
# Of how many people each group said that they got what they asked for, a part of it, or not; "" is everybody.
GOT: Mapping[str, tuple[int, int, int]] = {
    EVERYBODY: (512, 83, 57),
    Need.LANGUAGE: (101, 38, 29),
    Need.SIMPLE: (64, 9, 6),
    Need.DEPENDS: (88, 17, 9),
    Harm.SEXTORTION: (171, 24, 15),
    Harm.DOXXING: (41, 8, 5),
}
# To how many of them no law of the nation answered what was done.
UNCOVERED: Mapping[Harm, int] = {
    Harm.DOXXING: 31,
    Harm.OUTING: 22,
    Harm.CULTURALLY_SENSITIVE: 17,
    Harm.HARASSMENT: 4,
}
# Who pays, hours of work a week, from when and until when in days from today.
PAID = (
    ("Ministry of Justice of Fairhaven (made up)", 160, -580, 150),
    ("Lantern Fund (made up)", 40, -900, -200),
)
# What the first two who work there say of themselves.
PROFILES = (
    Profile(languages=("en", "ar"), trained=(Need.COMMUNITY, Need.STAY, Need.SIMPLE), most=6, about="I am a woman."),
    Profile(languages=("en",), trained=(Need.WATCHED, Need.WHOM_I_LOVE), most=4, about="I am a man, and I sign."),
)
# Band, language and way in, the worker's number, and whether the rule counts.
RULES: tuple[tuple[Band | None, str, CaseSource | None, int, bool], ...] = (
    (None, "ar", None, 0, True),
    (None, "", CaseSource.LETTER, 1, True),
    (Band.RED, "", None, 0, False),
)
DAY = timedelta(days=1)
# By their place among those who come: whose case volunteers have, who listens, whom a colleague knows, and whom all do.
LENT, HEARS, KNOWN, FAMOUS = (5, 6, 8), 12, 7, 2
REPLY = "Thank you for asking. The law here calls it a crime. Would you like to read what it says, in plain words?"
PROGRAMME = Actor(kind=ActorKind.SYSTEM)  # a made-up one
TOKEN, CLOSED_TOKEN = "4T7KQ2MXW9C3RHVA", "9GZ5B1NNE8Y6PSDJ"
# The first day of the weekend, and to how many calls an hour somebody can answer.
SATURDAY, LINES = 5, 6

# What speaks against some of those who are asked, and was read before the yes.
READ = frozenset({WhyNot.FULL, WhyNot.UNTRAINED, WhyNot.PASSES_ON})
UNTIL = timedelta(days=60)
POLICE, MEETING = "Outer Isles Police", "Eastmarsh case conference desk"

type Act = tuple[float, str, *tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Somebody who came so many hours ago: what they said first, and what happened so many hours after they came."""

    ago: float
    words: str
    story: Story
    needs: Needs = field(default_factory=Needs)
    contact: Contact | None = None
    source: CaseSource = CaseSource.WEB
    language: str = "en"
    counted: bool = True
    then: Sequence[Act] = ()


@dataclass(frozen=True, kw_only=True)
class Passed:
    """To whom something was passed on without a yes, under which law. `agreed`: None while the second person is asked.

    `tell_in`: after how many days from today somebody looks whether they can be told; None where at once.
    """

    kind: Kind
    member: str
    basis: str = "danger-to-life"
    agreed: bool | None = True
    tell_in: int | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which members are asked for what, in order."""

    kind: Kind
    members: tuple[str, ...]
    urgent: bool = False


def _story(
    harm: Harm, *dangers: Danger, wishes: tuple[Wish, ...] = (), words: str = "", details: tuple[str, ...] = ()
) -> Story:
    return Story(harm=harm, dangers=dangers, wishes=wishes, words=words, details=details, everyone_adult=True)


ANSWERED = "Thank you for writing. It is not your fault, and you are not alone with it. May I ask one thing first?"
COMERS: tuple[Coming, ...] = (
    # Waiting, in every band; of two the promise is broken.
    Coming(
        ago=74,
        words="He says that he sends it to my sister tonight.",
        story=_story(Harm.SEXTORTION, Danger.NOW, wishes=(Wish.TALK,), words="It began with a message on Thursday."),
        needs=Needs(ticked=(Need.SIMPLE, Need.LITTLE_AT_A_TIME)),
        contact=SAFE,
    ),
    Coming(ago=98, words="Is anybody there?", story=_story(Harm.SHARED, Danger.SPREADING)),
    Coming(
        ago=0.4,
        words="They found my street. I do not dare to go out.",
        story=_story(
            Harm.DOXXING,
            Danger.ADDRESS,
            wishes=(Wish.REMOVE, Wish.POLICE),
            details=("doxxing.home", "doxxing.strangers"),
        ),
        needs=Needs(ticked=(Need.KNOWN,), words="Many people know my face from television."),
        contact=SAFE,
    ),
    Coming(
        ago=1.5,
        words="لا أريد أن تعرف عائلتي شيئًا.",
        story=_story(
            Harm.CULTURALLY_SENSITIVE,
            Danger.HONOUR,
            wishes=(Wish.REMOVE,),
            details=("culturally_sensitive.heard",),
        ),
        needs=Needs(ticked=(Need.COMMUNITY, Need.LANGUAGE, Need.WATCHED)),
        language="ar",
    ),
    Coming(ago=2, words="It is on three sites now, and I found one more.", story=_story(Harm.SHARED, Danger.SPREADING)),
    Coming(
        ago=5,
        words="Mi ex publicó un vídeo. No sé por dónde empezar.",
        story=_story(Harm.SHARED, wishes=(Wish.REMOVE, Wish.LAWYER)),
        language="es",
    ),
    Coming(ago=7, words="I only want to ask what the law says.", story=_story(Harm.NOT_SURE)),
    Coming(
        ago=3,
        words="They read it to us on the phone: the caller wants somebody to talk to.",
        story=_story(Harm.FILMED_SECRETLY, wishes=(Wish.TALK,)),
        source=CaseSource.PHONE,
        contact=BY_MAIL,
    ),
    Coming(
        ago=26,
        words="A letter: pictures from a party, and a fear of losing the job.",
        story=_story(Harm.SHARED),
        source=CaseSource.LETTER,
        needs=Needs(ticked=(Need.NO_PHONE,)),
    ),
    # In work: answered in time or late, asked for help, written to and fro.
    Coming(
        ago=120,
        words="Somebody made pictures of me with a computer.",
        story=_story(Harm.MADE_BY_AI, wishes=(Wish.REMOVE,), words="My face, and a body that is not mine."),
        needs=Needs(ticked=(Need.SOMEBODY_LIKE_ME,), knows=Knows.DESK),
        then=(
            (1, "answer", ANSWERED),
            (2, "write", "Yes, please ask."),
            (3, "answer", "Do you know who made them? You need not say who."),
            (4, "ask", HelpKind.REMOVAL),
            (5, "offer", HelpKind.REMOVAL, "The desk asks the sites. We opened it with them."),
            (6, "ask", HelpKind.LAW),
            (20, "end", HelpKind.LAW, HelpState.NOT_IN_LAW, Met.PARTLY),
            (30, "write", "One of them is gone already. Thank you."),
            (31, "answer", "Good. We keep looking at the others, and write when something changes."),
        ),
    ),
    Coming(
        ago=200,
        words="My account was broken into, and everything in it is online.",
        story=_story(Harm.STOLEN, Danger.SPREADING, wishes=(Wish.REMOVE, Wish.POLICE)),
        then=(
            (9, "answer", ANSWERED),
            (10, "ask", HelpKind.POLICE),
            (11, "offer", HelpKind.POLICE, "What to show and what not; a person of ours goes with them."),
            (40, "end", HelpKind.POLICE, HelpState.GIVEN, Met.YES),
            (41, "met", HelpKind.POLICE, Met.PARTLY),
            (60, "ask", HelpKind.PROTECT),
            (190, "refer", Asked(kind=Kind.POLICE, members=("Outer Isles Police",))),
            (191, "agree"),
            (193, "member", "Outer Isles Police", decline_turn, {"reason": DeclineReason.CONFLICT}),
            (194, "refer", Asked(kind=Kind.DEVICE, members=("Puffin device check",))),
            (195, "agree"),
        ),
    ),
    Coming(
        ago=50,
        words="لقد صوّرني دون علمي.",
        story=_story(Harm.FILMED_SECRETLY, wishes=(Wish.LAWYER,)),
        needs=Needs(ticked=(Need.STAY, Need.LANGUAGE)),
        language="ar",
        then=(
            (2, "answer", "شكرًا لأنك كتبت. ليس الخطأ خطأك. نبحث لك عن محامٍ للأجانب."),
            (3, "ask", HelpKind.LAW),
            (6, "offer", HelpKind.LAW, "A lawyer for foreigners, who need not pass anything on."),
        ),
    ),
    Coming(
        ago=30,
        words="He has my phone every evening.",
        story=_story(Harm.SHARED, Danger.CONTROLS),
        needs=Needs(ticked=(Need.WATCHED, Need.DEPENDS), words="I am alone from nine to eleven."),
        contact=SAFE,
        then=(
            (20, "refer", Asked(kind=Kind.SHELTER, members=("Windward Refuge", "Coral Ladder House"))),
            (21, "agree"),
            (0.5, "answer", "We are here. Is it safe to read now? Write one word if not."),
            (1, "note", "Only between nine and eleven. Never call."),
            (2.1, "screen", ("device", "separation", "escalation"), Band.RED),
            (
                2.3,
                "plan",
                {PlanPart.SIGNS: "When he comes home early.", PlanPart.PEOPLE: "My sister. The word is lemon."},
            ),
            (2.4, "suggest", {PlanPart.DEVICE: "Read here only between nine and eleven, and close the page after."}),
            (2, "write", "Safe now."),
            # Asked more than a day ago, so that the day to look again can be today.
            (3, "override", Passed(kind=Kind.POLICE, member=POLICE, tell_in=0)),
            (4, "member", POLICE, accept_turn, {}),
            (2.2, "claim"),
        ),
    ),
    Coming(
        ago=60,
        words="My pictures are my work, and somebody sells them.",
        story=_story(Harm.CREATOR_CONTENT, wishes=(Wish.REMOVE,)),
        needs=Needs(ticked=(Need.MY_WORK,)),
        then=(
            (3, "answer", "Copyright is a way here, and an agent’s name can stand for yours."),
            (4, "ask", HelpKind.LAW),
            (8, "offer", HelpKind.LAW, "The copyright route, with an agent."),
            (9, "claim"),
        ),
    ),
    Coming(
        ago=80,
        words="He outed me to people at work.",
        story=_story(Harm.OUTING, details=("outing.family", "outing.work")),
        needs=Needs(ticked=(Need.WHOM_I_LOVE,)),
        contact=SAFE,
        then=(
            (2, "answer", ANSWERED),
            (20, "call", CallOutcome.NOBODY),
            (26, "call", CallOutcome.SOMEBODY_ELSE),
            (27, "note", "A flatmate answered. We said nothing. Red until they write."),
            (70, "refer", Asked(kind=Kind.COMMUNITY, members=("Mooring LGBTQ+ support",))),
            (79, "override", Passed(kind=Kind.POLICE, member=POLICE, agreed=None)),
        ),
    ),
    Coming(
        ago=420,
        words="I do not know what I want. Can I just ask?",
        story=_story(Harm.HARASSMENT, details=("harassment.months", "harassment.again")),
        then=(
            (2, "answer", "Of course. What would help you most this week?"),
            (3, "ask", HelpKind.PROTECT),
            (5, "offer", HelpKind.PROTECT, "A check of phone and accounts, step by step."),
            (6, "screen", ("stalking", "honour"), Band.AMBER, "Honour was said of an uncle abroad; nobody here knows."),
            (7, "plan", {PlanPart.PLACE: "To Noor, with my papers."}),
            (8, "suggest", {PlanPart.MORE: "The school knows who may fetch the children."}),
            (9, "decide", True),
            (10, "suggest", {PlanPart.HELPS: "Breathe, count, call."}),
            (11, "decide", False),
            (12, "look"),
            (
                20,
                "override",
                Passed(kind=Kind.SOCIAL, member="Northcliff Social Care", agreed=False, basis="child-in-danger"),
            ),
            (414, "refer", Asked(kind=Kind.TALK, members=("Coral Ladder House", "Mooring LGBTQ+ support"))),
            (415, "agree"),
            (416, "member", "Coral Ladder House", ask, {"words": "Which evenings would be good for a first talk?"}),
        ),
    ),
    Coming(
        ago=20,
        words="I would rather say it than write it.",
        story=_story(Harm.SHARED, wishes=(Wish.TALK,)),
        contact=SAFE,
        then=(
            (1, "answer", "We can call you. Choose a time that is safe."),
            (19, "ask_call"),
            (
                19.5,
                "refer",
                Asked(kind=Kind.TALK, members=("Mooring LGBTQ+ support", "Coral Ladder House"), urgent=True),
            ),
            (19.9, "agree"),
        ),
    ),
    # Set aside: one whose day has come, red, and one whose has not.
    Coming(
        ago=400,
        words="It stopped for now. I am afraid that it comes back.",
        story=_story(Harm.SEXTORTION, Danger.NOW),
        then=(
            (1, "answer", "We look again in two weeks, and sooner if you write."),
            (1.5, "screen", ("own-life",), Band.RED),
            (1.6, "refer", Asked(kind=Kind.MEETING, members=(MEETING,), urgent=True)),
            (1.7, "agree"),
            (2.5, "member", MEETING, accept_turn, {}),
            (30, "member", MEETING, start, {}),
            (100, "decided", "Ask the court for an order that keeps him away.", "helpline", -3, ""),
            (101, "decided", "Drive past at night for two weeks.", POLICE, -8, "Done each night; nobody was seen."),
            (102, "decided", "Keep a room until the end of next month.", "Coral Ladder House", 20, ""),
            (2, "watch", -1),
        ),
    ),
    Coming(
        ago=300,
        words="The court hears it in spring.",
        story=_story(Harm.SHARED, wishes=(Wish.POLICE,)),
        then=(
            (4, "answer", "We write to you before the day in court."),
            (4.5, "plan", {PlanPart.HELPS: "I turn everything off and bake bread."}),
            (5, "watch", 60),
        ),
    ),
    # Red, and a second person is asked.
    Coming(
        ago=260,
        words="I did not sleep for days.",
        story=_story(Harm.SEXTORTION, Danger.NOW, wishes=(Wish.TALK,)),
        then=(
            (0.8, "answer", ANSWERED),
            (1, "ask", HelpKind.EMOTIONAL),
            (2, "offer", HelpKind.EMOTIONAL, "Four talks, each Tuesday."),
            (120, "end", HelpKind.EMOTIONAL, HelpState.GIVEN, Met.YES),
            (121, "met", HelpKind.EMOTIONAL, Met.YES),
            (130, "review", "The threats ended. They are with friends and sleep again. They know that they may write."),
        ),
    ),
    # Closed, closed and taken up again, stopped.
    Coming(
        ago=700,
        words="Can you tell me where to report it?",
        story=_story(Harm.SHARED, wishes=(Wish.REMOVE,)),
        then=(
            (2, "answer", "At the removal desk, and here is how."),
            (3, "ask", HelpKind.REMOVAL),
            (4, "offer", HelpKind.REMOVAL, "Told how the desk works."),
            (90, "end", HelpKind.REMOVAL, HelpState.GIVEN, Met.YES),
            (91, "met", HelpKind.REMOVAL, Met.YES),
            (100, "close", "That it is gone, and that they may write again."),
        ),
    ),
    Coming(
        ago=900,
        words="My friend tells me to write to you.",
        story=_story(Harm.STOLEN),
        source=CaseSource.PHONE,
        then=(
            (30, "answer", "We are sorry that this took so long."),
            (31, "ask", HelpKind.REFERRAL),
            (32, "offer", HelpKind.REFERRAL, "A counselling service near them."),
            (33, "refer", Asked(kind=Kind.TALK, members=("Coral Ladder House",))),
            (34, "agree"),
            (40, "member", "Coral Ladder House", accept_turn, {}),
            (60, "member", "Coral Ladder House", start, {}),
            (190, "member", "Coral Ladder House", finish, {"outcome": DoneAs.PARTLY}),
            (195, "told", ToldAgain.NO),
            (200, "end", HelpKind.REFERRAL, HelpState.GIVEN, Met.PARTLY),
            (201, "met", HelpKind.REFERRAL, Met.PARTLY),
            (210, "close", "That the talks go on there, and that they may always come back."),
        ),
    ),
    Coming(
        ago=800,
        words="The videos are back.",
        story=_story(Harm.SHARED, Danger.SPREADING),
        then=(
            (3, "answer", ANSWERED),
            (4, "plan", {PlanPart.DEVICE: "My cousin keeps my old phone.", PlanPart.PLACE: "The library, until six."}),
            (200, "close", "That all of it is gone."),
            (780, "reopen", Reopening.CAME_BACK),
        ),
    ),
    Coming(
        ago=500,
        words="Thank you, it was enough to say it once.",
        story=_story(Harm.NOT_SURE),
        then=(
            (2, "answer", "You may always come back."),
            (150, "close", "That they may write again."),
            (480, "write", "May I?"),
        ),
    ),
    Coming(
        ago=350,
        words="I would rather do this alone.",
        story=_story(Harm.SHARED),
        counted=False,
        then=((2, "answer", ANSWERED), (30, "stop")),
    ),
    Coming(
        ago=450,
        words="Ya no necesito ayuda, gracias.",
        story=_story(Harm.SHARED),
        language="es",
        then=(
            (3, "answer", "Gracias por escribir. Estamos aquí."),
            (4, "ask", HelpKind.LAW),
            (50, "end", HelpKind.LAW, HelpState.NOT_WANTED, Met.SKIPPED),
            (60, "close", "Que pueden escribir de nuevo."),
        ),
    ),
)


# By the member's name, who works there and the key of its team.
type Members = Mapping[str, tuple[Actor, Keyring]]
OF_THE_NETWORK = frozenset({"refer", "agree", "member", "told", "override", "decided"})


class Life:
    """What happened with one of them, act by act; a name of an act is a method."""

    def __init__(
        self,
        came: Coming,
        *,
        key: PrivateKey,
        file: UUID,
        worker: Actor,
        second: Actor,
        ring: Keyring,
        members: Members,
        now: datetime,
    ) -> None:
        self._came, self._key, self._file, self._worker, self._ring = came, key, file, worker, ring
        self._second = second
        self._members, self._now = members, now

    def live(self) -> None:
        """Let it all happen."""
        came, at = self._came, self._now - self._came.ago * HOUR
        typed = came.source in (CaseSource.PHONE, CaseSource.LETTER)
        cases.begin_case(
            file=self._file,
            key=self._key,
            first=cases.FirstWords(story=came.story, needs=came.needs, contact=came.contact, words=came.words),
            source=came.source,
            language=came.language,
            by=Actor.typist(self._worker.id) if typed else PERSON,
            now=at,
        )
        if came.counted:
            cases.save_statistics(opened=self._hers(at), agrees=True, by=PERSON, now=at)
        for after, act, *more in came.then:
            if act in OF_THE_NETWORK and not self._members:  # nobody works at a member
                continue
            getattr(self, act)(*more, now=at + after * HOUR)

    def _case(self) -> UUID:
        case = find_case(self._file)
        assert case is not None  # noqa: S101  # narrows the type; it has just begun
        return case

    def _hers(self, now: datetime) -> OpenCase:
        return cases.open_case(reference=self._case(), keyring=Keyring(self._key), by=PERSON, now=now)

    def _ours(self, now: datetime) -> Mapping[str, Any]:
        opened = cases.open_case(reference=self._case(), keyring=self._ring, by=self._worker, now=now)
        return {"opened": opened, "by": self._worker, "now": now}

    def _help(self, kind: HelpKind, now: datetime) -> UUID:
        return next(each.reference for each in read_case(self._hers(now)).helps if each.kind is kind)

    def write(self, words: str, *, now: datetime) -> None:
        """They write."""
        cases.write_message(opened=self._hers(now), words=words, side=Side.PERSON, by=PERSON, now=now)

    def answer(self, words: str, *, now: datetime) -> None:
        """We answer."""
        cases.write_message(words=words, side=Side.TEAM, **self._ours(now))
        cases.mark_seen(side=Side.PERSON, **self._ours(now))

    def ask(self, kind: HelpKind, *, now: datetime) -> None:
        """They ask for help."""
        desk.ask_help(opened=self._hers(now), kind=kind, by=PERSON, now=now)

    def offer(self, kind: HelpKind, words: str, *, now: datetime) -> None:
        """We offer it, and write that we do."""
        desk.offer_help(help_=self._help(kind, now), words=words, **self._ours(now))
        self.answer("We have found something for you. Look under “what we do for you”.", now=now)

    def end(self, kind: HelpKind, state: HelpState, seen: Met, *, now: datetime) -> None:
        """It has come to an end."""
        desk.end_help(help_=self._help(kind, now), state=state, seen=seen, **self._ours(now))

    def met(self, kind: HelpKind, met: Met, *, now: datetime) -> None:
        """They say whether it helped."""
        desk.say_met(opened=self._hers(now), help_=self._help(kind, now), met=met, by=PERSON, now=now)

    def ask_call(self, *, now: datetime) -> None:
        """They ask to be called in the next two good hours."""
        good = next(iter(good_times(open_after(self._now), hours=None, now=self._now)), None)
        if good is not None:
            window = Window(begin=good.begin, end=min(good.end, good.begin + 2 * HOUR))
            calls.ask_call(opened=self._hers(now), window=window, contact=SAFE, by=PERSON, now=now)

    def screen(self, there: Sequence[str], band: Band, reason: str = "", *, now: datetime) -> None:
        """We ask about danger."""
        said = dict.fromkeys(there, Said.YES) | {"child": Said.NO}
        assess(instrument="image-abuse", version=1, said=said, band=band, reason=reason, **self._ours(now))

    def plan(self, texts: Mapping[PlanPart, str], *, now: datetime) -> None:
        """They write what keeps them safe."""
        plans.keep_plan(opened=self._hers(now), plan=Plan(texts=texts), by=PERSON, now=now)

    def suggest(self, texts: Mapping[PlanPart, str], *, now: datetime) -> None:
        """We suggest a change of it."""
        wanted = read_case(self._hers(now)).plans.current.apply(Plan(texts=texts))
        plans.suggest_change(plan=wanted, **self._ours(now))

    def decide(self, takes: bool, *, now: datetime) -> None:  # noqa: FBT001  # an act has what it is given in its order
        """They take it, or leave it."""
        opened = self._hers(now)
        told = read_case(opened).plans
        assert told.waiting is not None  # noqa: S101  # narrows the type; we have just suggested it
        change = told.waiting.reference
        plans.decide_change(opened=opened, change=change, takes=takes, seen=told.version, by=PERSON, now=now)

    def look(self, *, now: datetime) -> None:
        """We look at it with them."""
        plans.note_plan_seen(**self._ours(now))

    def call(self, outcome: CallOutcome, *, now: datetime) -> None:
        """We call."""
        desk.note_call(outcome=outcome, **self._ours(now))

    def note(self, words: str, *, now: datetime) -> None:
        """A note among staff."""
        desk.add_note(words=words, **self._ours(now))

    def claim(self, *, now: datetime) -> None:
        """Somebody works on it as the visitor comes."""
        del now
        desk.claim_case(reference=self._case(), by=self._worker, now=self._now)

    def watch(self, days: int, *, now: datetime) -> None:
        """Set aside until so many days from today."""
        desk.watch_case(review_on=local_day(self._now) + timedelta(days=days), **self._ours(now))

    def review(self, words: str, *, now: datetime) -> None:
        """A second person is asked."""
        desk.ask_review(reason=words, **self._ours(now))

    def close(self, told: str, *, now: datetime) -> None:
        """It is closed."""
        desk.close_case(told=told, **self._ours(now))

    def reopen(self, why: Reopening, *, now: datetime) -> None:
        """It is taken up again."""
        desk.reopen_case(why=why, **self._ours(now))

    def refer(self, asked: Asked, *, now: datetime) -> None:
        """We prepare to pass them on."""
        services = {each.name: each.service for each in read_candidates(asked.kind, now=now)}
        release = Release(texts={ReleaseField.HAPPENED: self._came.words, ReleaseField.REACH: "First through you."})
        receivers = [Receiver(service=services[name], release=release, knows=READ) for name in asked.members]
        wish, until = Looked(kind=asked.kind), local_day(self._now + UNTIL)
        draft = Draft(wish=wish, receivers=receivers, until=until, is_urgent=asked.urgent)
        key = counting_key(self._hers(now).file)
        draft_referral(file=self._file, team=TEAM, draft=draft, by=self._worker, now=now, counting=key)

    def agree(self, *, now: datetime) -> None:
        """They say yes."""
        yes = Yes(by=YesBy.CODE)
        agree(referral=self._passed(now).reference, version=1, yes=yes, by=PERSON, keyring=Keyring(self._key), now=now)

    def member(self, name: str, act: Callable[..., None], said: Mapping[str, Any], *, now: datetime) -> None:
        """A member does something with its turn."""
        if name in self._members:
            by, ring = self._members[name]
            act(turn=self._turn(name, now), keyring=ring, by=by, now=now, **said)

    def _turn(self, name: str, now: datetime) -> UUID:
        lines = referrals_of(self._file, now=now)
        return next(turn.reference for line in lines for turn in line.turns if turn.name == name)

    def override(self, passed: Passed, *, now: datetime) -> None:
        """One of us asks to pass something on without their yes, and the other decides."""
        services = {each.name: each.service for each in read_candidates(passed.kind, now=now)}
        field, need = ReleaseField.HAPPENED, "Without it they cannot judge how dangerous it is."
        release = Release(texts={field: self._came.words})
        words = "We were afraid for your life, and could not ask you without somebody else seeing it."
        draft = Draft(
            wish=Looked(kind=passed.kind),
            receivers=[Receiver(service=services[passed.member], release=release, knows=READ)],
            until=local_day(self._now + UNTIL),
            is_urgent=True,
            without=Without(law={}, place={}, words=words, needed={field: need}),
        )
        telling = Telling()
        if passed.tell_in is not None:
            telling = Telling(
                tell_on=local_day(self._now + passed.tell_in * DAY), why="He reads this phone every evening."
            )
        reason = "He has a weapon and says that he comes tonight. There is no hour in which we can ask."
        asked = overrides.Asked(basis=passed.basis, reason=reason, telling=telling)
        overrides.ask_override(asked=asked, draft=draft, reference=uuid.uuid4(), **self._ours(now))
        if passed.agreed is not None:
            review = Review.objects.get(case__reference=self._case(), kind=Review.Kind.OVERRIDE).reference
            second = {**self._ours(now), "by": self._second, "now": now + HOUR / 4}
            overrides.decide_override(review=review, agrees=passed.agreed, keyring=self._ring, **second)

    def decided(self, words: str, owner: str, days: int, outcome: str, *, now: datetime) -> None:
        """The meeting decides something that is to be done so many days from today; `outcome`: what came of it."""
        action = uuid.uuid4()
        owner = owner if owner == HELPLINE else str(member_id(owner))
        due_on = local_day(self._now + days * DAY)
        decided = MeetingAction(words=words, owner=owner, due_on=due_on)
        self.member(MEETING, add_action, {"decided": decided, "reference": action}, now=now)
        if outcome and MEETING in self._members:
            said: Mapping[str, Any] = {"action": action, "state": ActionState.DONE, "words": outcome}
            end_action(turn=self._turn(MEETING, now), keyring=self._ring, by=self._worker, now=now + 4 * DAY, **said)

    def told(self, again: ToldAgain, *, now: datetime) -> None:
        """They say that somebody got in touch, and whether it had to be told again."""
        turn, ring = self._passed(now).turns[0].reference, Keyring(self._key)
        say_outcome(turn=turn, in_touch=InTouch.YES, told_again=again, keyring=ring, by=PERSON, now=now)

    def _passed(self, now: datetime) -> ReferralLine:
        return referrals_of(self._file, now=now)[0]

    def stop(self, *, now: datetime) -> None:
        """They stop it."""
        cases.stop_case(opened=self._hers(now), by=PERSON, now=now)


def found_helpline(passphrases: Mapping[str, str], *, now: datetime) -> None:
    """Let everybody come, where nobody has yet; safe to call again. Without two practitioners there is no helpline."""
    workers = [Actor(kind=ActorKind.STAFF, id=each.reference) for each in staff_of_role(Role.PRACTITIONER)]
    if len(workers) < 2 or find_case(_file_of(0)) is not None:
        return
    first = User.objects.get(reference=workers[0].id)
    ring = keys.open_teams_with(keys.open_by_passphrase(user=first, passphrase=passphrases[first.username]))
    members = _members(passphrases)
    for number, (came, worker) in enumerate(zip(COMERS, cycle(workers), strict=False)):
        second = next(each for each in workers if each != worker)
        known: Mapping[str, Any] = {
            "key": make_victim_key(),
            "file": _file_of(number),
            "worker": worker,
            "second": second,
        }
        with override_settings(LEEWARD_CLOCK_PACE=1.0):  # what is past ran by the usual clock, however fast ours runs
            Life(came, ring=ring, members=members, now=now, **known).live()
    for worker, profile in zip(workers, PROFILES, strict=False):
        save_profile(profile, by=worker, now=now)
    once = uuid5(NAMESPACE_OID, "helpline/shift")
    lead = next(iter(staff_of_role(Role.HELPLINE_LEAD)), None)
    if lead is not None:
        _lead(User.objects.get(reference=lead.reference), passphrases, now=now)
        _rule(Actor(kind=ActorKind.STAFF, id=lead.reference), workers, now=now)
    _compare(now=now)
    _shift(workers, ring, lead=lead.reference if lead else "", now=now)
    leave_shift_note(team=TEAM, words=SHIFT_NOTE, by=workers[1], now=now - 5 * HOUR, reference=once)


def _compare(*, now: datetime) -> None:
    """People of the last year have said whether they got what they asked for; one group did so less often.

    To some of them no law answered, and that was counted once their quarter was over.
    """
    quarter = period_of(local_day(now - 100 * DAY), step=Frequency.QUARTER).start
    cells: Cells = Counter()
    for group, (got, partly, missed) in GOT.items():
        cells[group, PEOPLE, ""] = got + partly + missed
        for met, number in ((Met.YES, got), (Met.PARTLY, partly), (Met.NO, missed)):
            cells[group, HelpKind.EMOTIONAL, met] = number
    cells.update({(LAW, harm, ""): number for harm, number in UNCOVERED.items()})
    add_counts(quarter, cells)
    keep_law_gaps({quarter: cells}, now=now - 5 * DAY)


def _shift(workers: Sequence[Actor], ring: Keyring, *, lead: str, now: datetime) -> None:
    """Volunteers are on a shift, one of them with a mentor; a programme told something of a case that listens."""
    first, second, until = workers[0], workers[1], now + LONGEST_SHIFT
    volunteers = [Actor(kind=ActorKind.STAFF, id=each.reference) for each in staff_of_role(Role.VOLUNTEER)]

    def ours(number: int) -> OpenCase:
        case = find_case(_file_of(number))
        assert case is not None  # noqa: S101  # narrows the type; everybody has come
        return cases.open_case(reference=case, keyring=ring, by=first, now=now)

    if volunteers:
        begin_shift(cases=[ours(each).reference for each in LENT], until=until, keyring=ring, by=first, now=now)
        reply = uuid5(NAMESPACE_OID, "helpline/reply")
        write_reply(opened=ours(LENT[0]), words=REPLY, by=volunteers[-1], now=now, reference=reply)
        clear_volunteer(staff=volunteers[0].id, is_cleared=True, by=first, now=now)
    listen(opened=ours(HEARS), token=TOKEN, asked=ListenerAsked.PERSON, by=first, now=now)
    for kind, ago in ((SignalKind.STARTED, 300), (SignalKind.MISSED_TWO, 40), (SignalKind.RISK_RAISED, 0.3)):
        note_signal(token=TOKEN, kind=kind, by=PROGRAMME, now=now - ago * HOUR)
    note_signal(token=CLOSED_TOKEN, kind=SignalKind.STARTED, by=PROGRAMME, now=now)
    recuse(reference=ours(KNOWN).reference, keyring=ring, by=second, now=now)
    if lead:
        listen(opened=ours(FAMOUS), token=CLOSED_TOKEN, asked=ListenerAsked.LIAISON, by=first, now=now)
        move_to_leads(opened=ours(FAMOUS), keyring=ring, by=first, now=now)
        by = Actor(kind=ActorKind.STAFF, id=lead)
        for worker, minutes in ((first, 60), (second, 90)):
            note_supervision(staff=worker.id, minutes=minutes, by=by, now=now - 20 * DAY)


def _members(passphrases: Mapping[str, str]) -> Members:
    """Who came to each member first, and so holds its key."""
    names, found = member_names(), dict[str, tuple[Actor, Keyring]]()
    people = User.objects.filter(role=Role.MEMBER_WORKER, username__in=passphrases).order_by("pk")
    for user in people:
        name = names.get(user.affiliation, "")
        if name and name not in found:
            ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=passphrases[user.username]))
            found[name] = (Actor(kind=ActorKind.STAFF, id=user.reference), ring)
    return found


def _lead(lead: User, passphrases: Mapping[str, str], *, now: datetime) -> None:
    """Two told the leads what went wrong, of whom one has an answer; the helpline's money ends in five months."""
    ring = keys.open_teams_with(keys.open_by_passphrase(user=lead, passphrase=passphrases[lead.username]))
    by = Actor(kind=ActorKind.STAFF, id=lead.reference)
    for number, (words, answer, days) in enumerate(WRONG):
        reference, at = uuid5(NAMESPACE_OID, f"helpline/wrong/{number}"), now - days * DAY
        tell_wrong(file=_file_of(number), words=words, by=PERSON, now=at, reference=reference)
        if answer:
            answer_wrong(reference=reference, words=answer, keyring=ring, by=by, now=at + DAY)
    today = local_day(now)
    for source, hours, begins, ends in PAID:
        begins_on, ends_on = today + timedelta(days=begins), today + timedelta(days=ends)
        grant = Grant(source=source, hours=hours, begins_on=begins_on, ends_on=ends_on)
        save_funding(grant, reference=None, by=by, now=now)
    keep_calls(_calls(now), by=by, now=now)


def _calls(now: datetime) -> list[HourOfCalls]:
    """Eight weeks of a telephone system's counts: eight hours of each weekday on one line."""
    hours = []
    for day in (now.replace(hour=0, minute=0, second=0, microsecond=0) - number * DAY for number in range(1, 57)):
        for hour in range(9, 17) if day.weekday() < SATURDAY else ():
            offered = (day.day * 7 + hour * 5) % 6 + 2
            lost = int(offered > LINES)
            wait = 15 + (day.day + hour) % 40
            hours.append(
                HourOfCalls(
                    hour=day + hour * HOUR,
                    line="helpline",
                    offered=offered,
                    answered=offered - lost,
                    abandoned=lost,
                    median_wait_s=wait,
                )
            )
    return hours


def _rule(by: Actor, workers: Sequence[Actor], *, now: datetime) -> None:
    """Two rules are in use, by language and way in; one on what is red is to be tried."""
    for place, (band, language, source, number, counts) in enumerate(RULES, 1):
        rule = Rule(place=place, band=band, language=language, source=source, workers=(workers[number].id,))
        reference = save_rule(rule, reference=None, by=by, now=now)
        if counts:
            let_rule_count(reference, by=by, now=now)


def _file_of(number: int) -> uuid.UUID:
    return uuid5(NAMESPACE_OID, f"helpline/{number}")
