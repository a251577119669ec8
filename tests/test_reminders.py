"""Every mail that reminds somebody leads to the page on which they act, in every language."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from leeward.industry.declarations.mails import reminder_mail
from leeward.justice.training.mails import link_mail
from leeward.policy.strategy.mails import expiry_mail
from leeward.society.directory.owner_words import reminder_words as owner_words
from leeward.victim.network.operations.letters import reminder_words as member_words

LEEWARD = Path(__file__).parents[1] / "leeward"
LINK, DAY = "https://house.example/link/token", date(2026, 12, 3)
# By the file that posts them: the mails that remind, each with the address that it is given or knows.
REMINDERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "industry/declarations/operations/posting.py": lambda code: (
        reminder_mail(address=LINK, until=DAY, first_due_on=DAY, number=2, language=code).text,
        LINK,
    ),
    "justice/training/operations/links.py": lambda code: (
        link_mail(address=LINK, until=DAY, due_on=DAY, language=code).text,
        LINK,
    ),
    "policy/strategy/operations/registers.py": lambda code: (
        expiry_mail(expires_on=DAY, today=DAY, address=LINK, language=code).text,
        LINK,
    ),
    "society/directory/operations/freshness.py": lambda code: (
        owner_words(address=LINK, until=DAY, language=code).text,
        LINK,
    ),
    "victim/network/operations/letters.py": lambda code: (
        member_words(is_link=False, language=code).text,
        f"{settings.LEEWARD_URL}{reverse('network:inbox')}",
    ),
}
# What is posted and reminds nobody.
OTHERS = {
    "justice/courts/operations/turning.py": "a change of an order, to whoever was served",
    "justice/register/operations/checks.py": "one mail that there is an answer",
    "victim/file/operations/news.py": "the same neutral words for everybody, and no link on purpose",
    "victim/removals/operations/notices.py": "a notice to a platform, whole in the mail",
}


@pytest.mark.parametrize("kind", REMINDERS)
@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_a_reminder_leads_to_where_one_acts(kind: str, code: str) -> None:
    text, address = REMINDERS[kind](code)
    assert address in text.split("\n\n")


def test_every_mail_is_known_as_a_reminder_or_as_none() -> None:
    posting = {
        str(path.relative_to(LEEWARD))
        for path in LEEWARD.rglob("*.py")
        if "outbox" not in path.parts and "EmailContent" in path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "EmailContent"
    }
    assert posting == set(REMINDERS) | set(OTHERS)
