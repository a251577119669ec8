"""A case of which everything was done once, with a word of its own in every column that is sealed."""

import uuid
from datetime import datetime, timedelta

from leeward.foundation.work.doors import HELPLINE, LEADS, is_open
from leeward.victim.file.operations.shown import tell
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.needs import Knows, Need, Needs
from leeward.victim.file.rules.story import Danger, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, Override, Review
from leeward.victim.helpline.operations.advice import give_page
from leeward.victim.helpline.operations.calls import ask_call
from leeward.victim.helpline.operations.cases import save_needs, save_statistics, write_message
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.operations.desk import add_note, ask_help, ask_review, end_help, offer_help, say_met
from leeward.victim.helpline.operations.plans import keep_plan, suggest_change
from leeward.victim.helpline.operations.screens import assess
from leeward.victim.helpline.operations.signals import listen
from leeward.victim.helpline.operations.volunteers import write_reply
from leeward.victim.helpline.rules.calls import Window
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.instruments import Said
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from leeward.victim.helpline.rules.signals import ListenerAsked
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.rules.reports import Band
from tests.readers import open_door
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came, employ


def work_there(name: str = "sam") -> Worker:
    """Somebody who works at the helpline, which is open, as those who lead it are, or is opened."""
    for team in (HELPLINE, LEADS):
        if not is_open(team):
            open_door(team)
    return employ(name)


def live_through(worker: Worker, *, tag: str = "x", now: datetime = NOW, **hers: object) -> Her:
    """Come to the helpline, be answered, wish, be helped; `hers`: a file and a key that are there already."""
    story = Story(everyone_adult=True, words=f"{tag}-story", dangers=(Danger.NOW,))
    her = came(story=story, words=f"{tag}-first", now=now, **hers)  # type: ignore[arg-type]
    write_message(opened=worker.open(her.case, now), words=f"{tag}-ours", side=Side.TEAM, by=worker.actor, now=now)
    needs = Needs(ticked=(Need.SIMPLE,), knows=Knows.DESK, words=f"{tag}-wish")
    save_needs(opened=her.open(now), needs=needs, by=PERSON, now=now)
    give_page(opened=worker.open(her.case, now), code="your-own-life", by=worker.actor, now=now)
    save_statistics(opened=her.open(now), agrees=True, by=PERSON, now=now)
    ask_help(opened=her.open(now), kind=HelpKind.LAW, by=PERSON, now=now)
    help_ = Case.objects.get(reference=her.case).helps.get().reference
    opened = worker.open(her.case, now)
    offer_help(opened=opened, help_=help_, words=f"{tag}-offer", by=worker.actor, now=now)
    end_help(opened=opened, help_=help_, state=HelpState.GIVEN, seen=Met.YES, by=worker.actor, now=now)
    say_met(opened=her.open(now), help_=help_, met=Met.PARTLY, by=PERSON, now=now)
    add_note(opened=opened, words=f"{tag}-note", by=worker.actor, now=now)
    said = {"kill": Said.YES}
    judged = {"band": Band.AMBER, "reason": f"{tag}-judged", "by": worker.actor, "now": now}
    assess(opened=opened, instrument="image-abuse", version=1, said=said, **judged)  # type: ignore[arg-type]
    keep_plan(opened=her.open(now), plan=Plan(texts={PlanPart.PEOPLE: f"{tag}-plan"}), by=PERSON, now=now)
    suggested = Plan(texts={PlanPart.PEOPLE: f"{tag}-suggested"})
    suggest_change(opened=opened, plan=suggested, by=worker.actor, now=now)
    ask_review(opened=opened, reason=f"{tag}-reason", by=worker.actor, now=now)
    review, untold = Review.objects.get(case__reference=her.case), uuid.uuid4()
    assert opened.casework
    why = Override.box(opened.casework, "why_untold", untold, f"{tag}-untold")
    days = {"asked_on": now.date(), "expires_on": now.date()}
    Override.objects.create(reference=untold, review=review, why_untold=why, state=Review.State.REFUSED, **days)
    write_reply(opened=opened, words=f"{tag}-reply", by=worker.actor, now=now, reference=uuid.uuid4())
    listen(opened=opened, token=f"{tag:Z<16}".upper(), asked=ListenerAsked.PERSON, by=worker.actor, now=now)
    # Tuesday at noon is open; so is the next day.
    begin = (now + timedelta(days=1)).replace(hour=11, minute=0, second=0, microsecond=0)
    contact = Contact(way=ContactWay.PHONE, phone=f"0555 {tag}", safe_word=f"{tag}-word")
    window = Window(begin=begin, end=begin + timedelta(hours=1))
    ask_call(opened=her.open(now), window=window, contact=contact, by=PERSON, now=now)
    tell(Bearer(look_up="", key=her.key, holds={"file": her.file}), "helpline", [her.file], now)
    tell_wrong(file=her.file, words=f"{tag}-wrong", by=PERSON, now=now, reference=uuid.uuid4())
    return her
