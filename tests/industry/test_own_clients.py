"""Our own clients against our own exchange: the bank of `hashmatch sync`, and the extension for `tx`."""

import json
from pathlib import Path

import pytest
from django.utils import timezone
from hashmatch.bank import Bank
from hashmatch.feed import FeedbackItem, FeedClient, parse_feedback_value
from hashmatch.feed import Keys as ClientKeys
from hashmatch.hashes import PdqHash
from hashmatch.sync import sync_bank
from hashmatch.threatexchange_extension import WithdrawalHonouringClient

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.models import Feedback, Withdrawal
from leeward.industry.bank.operations import withdraw_submission
from leeward.industry.exchange.operations import enrol_platform
from tests.industry.conftest import NOW, PERSON, Keys, pdq, picture, protect

pytestmark = pytest.mark.postgresql


def test_the_hashmatch_client_draws_answers_drops_and_acknowledges(live_server, tmp_path: Path) -> None:
    keys_file = tmp_path / "keys.json"
    printed = enrol_platform(name="Gamma", by=Actor.operator(), now=NOW).as_json_object()
    keys_file.write_text(json.dumps(printed), encoding="utf-8")
    protect(picture("kept", variants=("upright", "rot90")))
    gone = protect(picture("gone"))
    path = tmp_path / "bank"
    with FeedClient(live_server.url, ClientKeys.from_file(keys_file)) as client:
        assert sync_bank(client, path).entries == 3 + 3
        assert {match.entry.hash.hex for match in Bank.open(path).match(PdqHash.from_hex(pdq("gone/upright")))} == {
            pdq("gone/upright")
        }
        item = FeedbackItem(hash=PdqHash.from_hex(pdq("kept/upright")), value=parse_feedback_value("Blocked"))
        assert all(result.is_accepted for result in client.send_feedback([item]))
        withdraw_submission(reference=gone, by=PERSON, now=timezone.now())
        done = sync_bank(client, path)
    assert (done.entries, done.open_withdrawals) == (5, 0)
    assert not Bank.open(path).match(PdqHash.from_hex(pdq("gone/upright"))).matches
    assert Withdrawal.objects.get().acknowledged_at is not None
    assert Feedback.objects.get().value == "Blocked"


def test_the_extension_for_tx_says_that_it_honours_withdrawals(live_server, alpha: Keys) -> None:
    reference = protect(picture("a"))
    api = WithdrawalHonouringClient(
        alpha.subscription_key, alpha.fetch_key, base_url_override=f"{live_server.url}/exchange/v1"
    )
    stamp = api.fetch_hashes().nextSetTimestamp
    withdraw_submission(reference=reference, by=PERSON, now=timezone.now())
    page = api.fetch_hashes(start_timestamp=stamp)
    assert "Withdrawn" in {record.hashStatus.value for record in page.hashRecords}
    api.fetch_hashes(start_timestamp=page.nextSetTimestamp + 1)
    assert Withdrawal.objects.get().acknowledged_at is not None
