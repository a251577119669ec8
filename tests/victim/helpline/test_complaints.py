"""What went wrong goes to those who lead the helpline, and away from those whom it is about."""

import uuid
from datetime import timedelta

import pytest

from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.models import File
from leeward.victim.helpline.errors import CaseUnknown, ComplaintsWait, StepImpossible
from leeward.victim.helpline.models import Case, Complaint
from leeward.victim.helpline.operations.cases import erase_case, erase_hers
from leeward.victim.helpline.operations.complaints import answer_wrong, forget_complaints, tell_wrong
from leeward.victim.helpline.queries.complaints import ComplaintView, complaints_of, read_complaint
from leeward.victim.portal.rules.visits import Bearer
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, employ

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "They told my brother."


@pytest.fixture
def amal(house: Standing) -> Worker:
    """Somebody who leads the helpline."""
    return house("amal", lambda: employ("amal", team="leads"))


def tell(her: Her, reference: uuid.UUID | None = None) -> uuid.UUID:
    reference = reference or uuid.uuid4()
    tell_wrong(file=her.file, words=WORDS, by=PERSON, now=NOW, reference=reference)
    return reference


def theirs(her: Her) -> tuple[ComplaintView, ...]:
    return complaints_of(her.file, keyring=Keyring(her.key), by=PERSON, now=NOW)


def test_a_lead_answers_and_she_reads_it(her: Her, amal: Worker) -> None:
    told = tell(her)
    tell(her, told)  # the form is pressed twice
    [hers] = theirs(her)
    assert (hers.words, hers.answer, hers.told_at) == (WORDS, "", NOW)
    read = read_complaint(told, keyring=amal.keyring, by=amal.actor, now=NOW)
    assert read == hers
    answer = {"reference": told, "words": "We are sorry.", "keyring": amal.keyring, "by": amal.actor}
    answer_wrong(**answer, now=NOW + HOUR)  # type: ignore[arg-type]
    with pytest.raises(StepImpossible):
        answer_wrong(**answer, now=NOW + HOUR)  # type: ignore[arg-type]
    [hers] = theirs(her)
    assert (hers.answer, hers.answered_at, hers.answered_by) == ("We are sorry.", NOW + HOUR, "amal")
    assert WORDS not in str(Complaint.objects.values())


def test_nobody_at_work_on_cases_opens_it_or_learns_of_it(her: Her, sam: Worker, amal: Worker) -> None:
    before = Case.objects.filter(reference=her.case).values().get()
    events = Case.objects.get(reference=her.case).events.count()
    told = tell(her)
    with pytest.raises(NotGranted):
        read_complaint(told, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert complaints_of(her.file, keyring=sam.keyring, by=sam.actor, now=NOW) == ()
    assert Case.objects.filter(reference=her.case).values().get() == before
    assert Case.objects.get(reference=her.case).events.count() == events
    with pytest.raises(NotGranted):
        amal.open(her.case)  # and a lead opens no case


def test_three_may_wait(her: Her, amal: Worker) -> None:
    told = [tell(her) for _ in range(3)]
    with pytest.raises(ComplaintsWait):
        tell(her)
    answer_wrong(reference=told[0], words="Yes.", keyring=amal.keyring, by=amal.actor, now=NOW)
    tell(her)
    assert len(theirs(her)) == 4
    with pytest.raises(CaseUnknown):
        tell_wrong(file=uuid.uuid4(), words=WORDS, by=PERSON, now=NOW, reference=uuid.uuid4())


def test_it_outlives_the_case_for_three_years(her: Her, amal: Worker) -> None:
    told = tell(her)
    erase_case(file=her.file, by=PERSON, now=NOW)
    assert not File.objects.exists()
    assert read_complaint(told, keyring=amal.keyring, by=amal.actor, now=NOW).words == WORDS
    answer_wrong(reference=told, words="Too late, and we are sorry.", keyring=amal.keyring, by=amal.actor, now=NOW)
    assert forget_complaints(now=NOW + 3 * 365 * DAY, limit=10) == 0
    assert forget_complaints(now=NOW + (3 * 365 + 2) * DAY, limit=10) == 1
    assert not Grant.objects.filter(file=told).exists()


def test_who_erases_everything_erases_it_too(her: Her) -> None:
    told = tell(her)
    bearer = Bearer(look_up="", key=her.key, holds={"file": her.file})
    for _ in range(2):
        erase_hers(bearer, NOW)
    assert not Complaint.objects.exists()
    assert not Grant.objects.filter(file=told).exists()
