"""Somebody who tells the helpline, the desk or both, under one key, and what her circle says of it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.test import Client

from leeward.foundation.vault.operations import (
    harden_code,
    keep_code,
    keep_holding,
    make_victim_key,
    new_code,
    write_private_key,
)
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.victim.file.operations.circle import Circle, read_circle
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.story import Harm, Reporter, Story
from leeward.victim.helpline.operations.cases import FirstWords, begin_case, open_case
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.portal.operations import seal_visit, start_visit
from leeward.victim.portal.rules.visits import Bearer, Visit
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    OpenReport,
    add_items,
    begin_report,
    file_report,
    open_report,
    save_consents,
    save_story,
)
from leeward.victim.removals.rules.reports import Consents, Item, Path, Source
from tests.victim.helpline.conftest import NOW, PERSON, Worker

STORY = Story(everyone_adult=True, harm=Harm.SHARED, reporter=Reporter.SELF, words="It began on Sunday.")


@dataclass
class Teller:
    """One person and the key of her code."""

    key: PrivateKey = field(default_factory=make_victim_key)
    file: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def bearer(self) -> Bearer:
        return Bearer(look_up="00000000", key=self.key, holds={"file": self.file})

    def come(self, *, now: datetime = NOW) -> None:
        """Tell the helpline."""
        first = FirstWords(story=STORY, words="I need help.")
        begin_case(file=self.file, key=self.key, first=first, source=CaseSource.WEB, language="en", by=PERSON, now=now)

    def report(self, *, now: datetime = NOW, path: Path = Path.ONLINE, story: Story = STORY) -> None:
        """Tell the removal desk."""
        opened = begin_report(
            reference=self.file, key=self.key, path=path, source=Source.WEB, language="en", by=PERSON, now=now
        )
        save_story(opened=opened, story=story, by=PERSON, now=now)
        save_consents(opened=opened, consents=Consents(notices=True, watching=True), by=PERSON, now=now)
        add_items(opened=opened, items=[Item(url="https://chatter.example/p/1")], by=PERSON, now=now)
        file_report(opened=opened, by=PERSON, now=now)

    def open_case(self, *, now: datetime = NOW) -> OpenCase:
        reference = find_case(self.file)
        assert reference is not None
        return open_case(reference=reference, keyring=Keyring(self.key), by=PERSON, now=now)

    def open_report(self, *, now: datetime = NOW) -> OpenReport:
        return open_report(reference=self.file, keyring=Keyring(self.key), by=PERSON, now=now)

    def circle(self, *, now: datetime = NOW) -> Circle:
        found = read_circle(self.bearer, now=now)
        assert found is not None
        return found

    def reads(self, *, now: datetime = NOW) -> dict[tuple[Whose, str], set[str]]:
        """Who can read what, as her page says; whoever can read nothing any more is left out."""
        rows = [row.reading for row in self.circle(now=now).rows]
        return {(row.whose, row.name): set(row.parts) for row in rows if row.parts}


@dataclass
class Browser:
    """Her browser with her pages open, and her code."""

    client: Client
    code: str

    def see(self, path: str) -> str:
        page = self.client.get(path)
        assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
        return page.content.decode()


def browser_of(teller: Teller, *, now: datetime, **holds: uuid.UUID) -> Browser:
    """Keep a code for her key, and open her pages in a browser."""
    code, client = new_code(), Client()
    held = holds or {"file": teller.file}
    content = {name: str(reference) for name, reference in held.items()}
    keep_holding(key=teller.key, content=content, expires_on=now.date() + timedelta(days=90), now=now)
    keep_code(sealed=harden_code(code=code), payload=write_private_key(teller.key), now=now)
    bearer = Bearer(look_up=code.look_up, key=teller.key, holds=held)
    visit = Visit(started_at=now, seen_at=now, bearer=bearer, key=start_visit(now=now))
    client.cookies["visit"] = seal_visit(visit)
    return Browser(client=client, code=" ".join(code.groups))


def send(her: Teller, worker: Worker) -> None:
    """Let a worker of the desk send every request that is ready."""
    opened = open_report(reference=her.file, keyring=worker.keyring, by=worker.actor, now=NOW)
    plans = plan_notices(opened=opened, signer="Dee Vale", now=NOW)
    assert plans
    for plan in plans:
        send_notice(opened=opened, plan=plan, by=worker.actor, now=NOW)
