"""Files of made-up cohorts: by ids, by tokens, sent and accepted as an analyst does."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leeward.justice.outcomes.rules.cohort_rows import COHORT
from leeward.justice.outcomes.rules.pseudonymising import pseudonymise
from leeward.justice.outcomes.rules.tokens import TokenKey, show_fingerprint

KEY = TokenKey(secret=hashlib.sha256(b"a data office").digest())
OTHER = TokenKey(secret=hashlib.sha256(b"another data office").digest())
SEND = "outcomes:cohort-send"
HEAD = ",".join(COHORT)
RAW_HEAD = HEAD.replace("person", "national_id")
START = date(2023, 1, 2)
AS_OF = date(2026, 11, 1)


def raw_id(number: int) -> str:
    return f"77-{number:05}-C"


def raw(people: int = 100, first_year: int = 30, second_year: int = 20, *, days: int = 80, start: date = START) -> str:
    """A cohort by ids: each has an index, the first ones a re-offence of the same kind after 100 or 500 days."""
    lines = [RAW_HEAD]
    for number in range(people):
        on = start + timedelta(days=number % days)
        lines.append(f"{raw_id(number)},index,{on},community,A1,")
        if number < first_year + second_year:
            again = on + timedelta(days=100 if number < first_year else 500)
            lines.append(f"{raw_id(number)},reoffence,{again},,A1,{again + timedelta(days=30)}")
    return "\n".join(lines)


def tokens(text: str, key: TokenKey = KEY) -> str:
    return pseudonymise(text, id_column="national_id", key=key).text


def typed(content: str, **changes: Any) -> dict[str, Any]:
    known = {
        "quarter": "2023-Q1",
        "as_of": AS_OF.isoformat(),
        "fingerprint": show_fingerprint(KEY.fingerprint),
        "authority": "",
        "reason": "",
        "file": SimpleUploadedFile("cohort.csv", content.encode(), "text/csv"),
    }
    return {**known, **changes}


def send(client: Client, content: str, **changes: Any) -> str:
    """Send a file and return the address of its page."""
    answer = client.post(reverse(SEND), typed(content, **changes))
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def accept(client: Client, page: str) -> None:
    assert client.post(f"{page}/accept").status_code == 303
