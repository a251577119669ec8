"""A page of advice that somebody is given, and a newer text of it."""

from dataclasses import replace
from datetime import datetime

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.pages.operations import add_shipped, approve_draft, save_draft, state_of
from leeward.foundation.pages.queries import in_force
from leeward.foundation.pages.rules.texts import Text
from tests.victim.helpline.conftest import NOW

PAGE = "your-own-life"
WRITER, SECOND = (Actor(kind=ActorKind.STAFF, id=name) for name in ("writer", "second"))


def publish(code: str, *, words: str, language: str = "en", now: datetime = NOW) -> Text:
    """Two people publish a page with one paragraph more."""
    add_shipped(now=now)
    text = in_force(code, language).text
    text = replace(text, body=f"{text.body}\n\n{words}")
    seen = state_of(code, language)
    save_draft(code=code, text=text, is_ready=True, seen=seen, by=WRITER, now=now)
    approve_draft(code=code, language=language, seal=text.seal, reason="It is so now.", by=SECOND, now=now)
    return text
