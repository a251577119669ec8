"""The made-up nation's programmes for people who did harm: two providers, five referrals, a trial of two messages."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from demo.courts import COURT, court_id
from demo.helpline import TOKEN
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.justice.perpetrators.models import Referral, TrialCount
from leeward.justice.perpetrators.operations.programmes import (
    ProgrammeEntry,
    add_provider,
    add_referrer,
    keep_programme,
)
from leeward.justice.perpetrators.operations.referring import NewReferral, Noted, Referring, note_step, refer
from leeward.justice.perpetrators.operations.trials import NewTrial, begin_trial, end_trial
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferrerKind, Step, Way
from leeward.justice.perpetrators.rules.trials import Arm, TrialPlan

DAY = timedelta(days=1)
TURN_BACK, COAST = "Turn Back Fairhaven", "Coast Talks"
POLICE = "Northcliff Police (by a link)"
WORKER = ("wes", "Wes Harte", Role.PROGRAMME_WORKER, TURN_BACK)
BOARD = "Fairhaven board of programmes (made up)"
SUPPORT = "Harbour support for survivors (made up)"
# Each with its provider and its kind; the intensive one names nobody who stands by survivors, so it takes nobody.
PROGRAMMES = (
    ("Turn Back: 26 weeks", TURN_BACK, ProgrammeKind.BEHAVIOUR_CHANGE, 26, 12, SUPPORT),
    ("Turn Back intensive", TURN_BACK, ProgrammeKind.INTENSIVE, 40, 4, ""),
    ("A first talk", COAST, ProgrammeKind.HELP_SEEKING, 6, 8, ""),
)
MESSAGES = {
    Arm.A: {
        "en": "Sharing somebody’s picture without asking is a crime.",
        "ar": "مشاركة صورة شخص دون سؤاله جريمة.",
    },
    Arm.B: {
        "en": "It can stop today, and somebody will help you with it.",
        "ar": "يمكن أن يتوقف الأمر اليوم، وهناك من يساعدك على ذلك.",
    },
}
EARLIER = {
    Arm.A: {"en": "You can be caught.", "ar": "يمكن أن تُكشف."},
    Arm.B: {"en": "You can talk to somebody who will not judge you.", "ar": "يمكنك أن تتحدث إلى من لا يحكم عليك."},
}


def made_id(name: str) -> UUID:
    """The public id of a made-up provider, programme, referrer or referral."""
    return uuid5(NAMESPACE_OID, f"programme/{name}")


def found_providers(*, now: datetime) -> None:
    """Add two providers with their programmes, so that their people can have accounts; safe to call again."""
    by, until = Actor.operator(), local_day(now) + 300 * DAY
    for provider, way in ((TURN_BACK, Way.ACCOUNTS), (COAST, Way.LINK)):
        add_provider(name=provider, way=way, provider=made_id(provider), by=by, now=now)
    add_referrer(name=POLICE, kind=ReferrerKind.POLICE, referrer=made_id(POLICE), by=by, now=now)
    for name, provider, kind, weeks, places, parallel in PROGRAMMES:
        entry = ProgrammeEntry(
            name=name,
            kind=kind,
            weeks=weeks,
            sessions=weeks,
            places=places,
            is_open=True,
            accredited_by=BOARD,
            accredited_until=until,
            parallel=parallel,
        )
        keep_programme(entry=entry, provider=made_id(provider), programme=made_id(name), by=by, now=now)


def found_programmes(passphrases: Mapping[str, str], *, now: datetime) -> None:
    """Refer five people, let the provider note what came of it, and begin a trial; safe to call again."""
    name = WORKER[0]
    if Referral.objects.exists() or name not in passphrases:
        return
    user = User.objects.get(username=name)
    ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=passphrases[name]))
    today, by = local_day(now), actor(user)
    court = Referring(scope=f"court:{court_id(COURT)}", kind=ReferrerKind.COURT)
    police = Referring(scope=f"link:{made_id(POLICE)}", kind=ReferrerKind.POLICE)
    change, talk = PROGRAMMES[0][0], PROGRAMMES[2][0]

    def send(who: str, referring: Referring, ago: int, *, answer: Step | None, programme: str = change) -> UUID:
        contact = f"{who}\n0555 01{ago:02d}" if answer and programme == change else ""
        new = NewReferral(programme=made_id(programme), answer=answer, offered_on=today - ago * DAY, contact=contact)
        refer(new=new, referring=referring, referral=made_id(who), by=Actor.operator(), now=now)
        return made_id(who)

    def note(referral: UUID, step: Step, on: date, reason: str = "", words: str = "") -> None:
        noted = Noted(step=step, on=on, reason=reason, words=words)
        note_step(referral=referral, provider=made_id(TURN_BACK), noted=noted, keyring=ring, by=by, now=now)

    send("Ned Falk", court, 4, answer=Step.ORDERED)
    runs = send("Ivo Brandt", police, 60, answer=Step.AGREED)
    for step, ago in ((Step.RECEIVED, 58), (Step.SUITABLE, 50), (Step.STARTED, 42), (Step.ATTENDED, 35)):
        note(runs, step, today - ago * DAY)
    for step, ago in ((Step.ATTENDED, 28), (Step.MISSED, 21), (Step.ATTENDED, 14), (Step.ATTENDED, 7)):
        note(runs, step, today - ago * DAY)
    six = Noted(step=Step.PLANNED, on=today, times=6)
    note_step(referral=runs, provider=made_id(TURN_BACK), noted=six, keyring=ring, by=by, now=now)
    # The helpline listens for whom he harmed: what is told from now on arrives there (demo.helpline).
    Referral.objects.filter(reference=runs).update(parallel=TOKEN)
    done = send("Teo Marsh", court, 97, answer=Step.ORDERED)
    note(done, Step.SUITABLE, today - 90 * DAY)
    note(done, Step.STARTED, today - 85 * DAY, words="Comes early, and talks more each week.")
    note(done, Step.ENDED_EARLY, today - 20 * DAY, reason="personal")
    other = send("Lars Odell", police, 30, answer=Step.AGREED)
    note(other, Step.NOT_SUITABLE, today - 25 * DAY, reason="behaviour")
    send("Somebody who asked", police, 2, answer=None, programme=talk)
    _try_two_texts(now=now)
    plan = TrialPlan(followed=400, more_percent=50, weekly=2_000)
    begin_trial(new=NewTrial(code="first-words", texts=MESSAGES, plan=plan), by=Actor.operator(), now=now)


def _try_two_texts(*, now: datetime) -> None:
    """A trial of last year, which has ended."""
    plan, begun = TrialPlan(followed=300, more_percent=50, weekly=1_000), now - 300 * DAY
    begin_trial(new=NewTrial(code="first-trial", texts=EARLIER, plan=plan), by=Actor.operator(), now=begun)
    for arm, shown, followed in ((Arm.A, 4_212, 121), (Arm.B, 4_188, 186)):
        TrialCount.objects.filter(trial__code="first-trial", arm=arm).update(shown=shown, followed=followed)
    end_trial(code="first-trial", by=Actor.operator(), now=begun + 70 * DAY)
