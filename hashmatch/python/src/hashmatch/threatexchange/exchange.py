"""A StopNCII-protocol exchange for the `threatexchange` package that honours withdrawals.

The package's own StopNCII exchange looks for "Withdrawn" in the hash instead of in its status, so what a person has
withdrawn goes on matching. This one removes it, and says so to the exchange in the `Leeward-Client` header.

It also notices when the exchange was restored from a back-up. What `tx` holds is then called stale, as after thirty
days: the next `tx fetch` draws everything again and drops what does not come any more.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import requests
from threatexchange.exchanges.clients.stopncii import api
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.fetch_state import FetchDelta
from threatexchange.exchanges.impl.stop_ncii_api import (
    StopNCIICheckpoint,
    StopNCIICredentials,
    StopNCIISignalExchangeAPI,
    StopNCIISignalMetadata,
)
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.raw_text import RawTextSignal
from threatexchange.signal_type.signal_base import SignalType
from threatexchange.signal_type.url import URLSignal

from hashmatch.feed import HONOURS_WITHDRAWALS
from hashmatch.older import Self

Key: TypeAlias = tuple[str, str]
Delta: TypeAlias = FetchDelta[Key, StopNCIISignalMetadata, StopNCIICheckpoint]

GONE = frozenset({api.StopNCIICaseStatus.Withdrawn, api.StopNCIICaseStatus.Deleted})
SIGNAL_NAMES = {
    api.StopNCIISignalType.ImagePDQ: PdqSignal.get_name(),
    api.StopNCIISignalType.VideoMD5: VideoMD5Signal.get_name(),
    api.StopNCIISignalType.URL: URLSignal.get_name(),
    api.StopNCIISignalType.Text: RawTextSignal.get_name(),
}


@dataclass
class LeewardCheckpoint(StopNCIICheckpoint):
    """How far the feed was drawn, and in which history of it: `epoch` is the name that the exchange gives to that."""

    epoch: str = ""
    is_of_another_history: bool = False

    def is_stale(self) -> bool:
        """Whether everything has to be drawn again."""
        return self.is_of_another_history or bool(super().is_stale())


class WithdrawalHonouringClient(api.StopNCIIAPI):
    """The package's client, which also tells the exchange that withdrawals are carried out here."""

    epoch = ""

    def _get(self, endpoint: api.StopNCIIEndpoint, **params: Any) -> Any:
        answer = super()._get(endpoint, **params)
        self.epoch = str(answer.get("epoch", ""))
        return answer

    def _get_session(self, endpoint: api.StopNCIIEndpoint) -> requests.Session:
        session: requests.Session = super()._get_session(endpoint)
        session.headers["Leeward-Client"] = HONOURS_WITHDRAWALS
        return session


@dataclass
class LeewardCredentials(StopNCIICredentials):
    """Keys and address: `fetch_key,subscription_key,address`, in TX_LEEWARD_KEYS or else in TX_STOPNCII_KEYS.

    The first name lets one machine draw from StopNCII.org as well, whose keys are then in the second.
    """

    FILE_NAME: ClassVar[str] = "~/.tx_leeward_keys"
    OWN_VARIABLE: ClassVar[str] = "TX_LEEWARD_KEYS"
    # Keys that `tx` has been given for StopNCII.org must not be sent anywhere else.
    _DEFAULT: ClassVar["LeewardCredentials | None"] = None

    @classmethod
    def _from_env(cls) -> Self | None:
        text = os.environ.get(cls.OWN_VARIABLE) or os.environ.get(cls.ENV_VARIABLE)
        return cls._from_str(text) if text else None

    @classmethod
    def _from_str(cls, s: str) -> Self:
        parts = [part.strip() for part in s.split(",")]
        if len(parts) != 3:
            raise ValueError(
                f"{cls.ENV_VARIABLE} must be 'fetch_key,subscription_key,https://SITE/exchange/v1', three parts."
            )
        fetch_key, subscription_key, address = parts
        return cls(
            fetch_function_key=fetch_key, subscription_key=subscription_key, base_url_override=address.rstrip("/")
        )

    def _are_valid(self) -> bool:
        return bool(self.fetch_function_key and self.subscription_key and self.base_url_override)


class LeewardSignalExchangeAPI(StopNCIISignalExchangeAPI):
    """A StopNCII-protocol exchange from whose index withdrawn hashes are removed."""

    @staticmethod
    def get_credential_cls() -> type[LeewardCredentials]:
        """The credentials that `for_collab` takes."""
        return LeewardCredentials

    @staticmethod
    def get_checkpoint_cls() -> type[LeewardCheckpoint]:
        """What is kept between two fetches."""
        return LeewardCheckpoint

    @classmethod
    def for_collab(cls, collab: CollaborationConfigBase, credentials: StopNCIICredentials | None = None) -> Self:
        """An exchange with the given credentials, or those of the environment."""
        found = credentials or LeewardCredentials.get(cls)
        client = WithdrawalHonouringClient(
            found.subscription_key, found.fetch_function_key, base_url_override=found.base_url_override
        )
        return cls(collab, client)

    def fetch_iter(
        self, _supported_signal_types: Sequence[type[SignalType]], checkpoint: StopNCIICheckpoint | None
    ) -> Iterator[Delta]:
        """Pages of changes; a record without metadata tells the caller to delete it."""
        start = api.StopNCIIAPI.DEFAULT_START_TIME if checkpoint is None else checkpoint.update_time
        known = getattr(checkpoint, "epoch", "")
        for page in self.api.fetch_hashes_iter(start_timestamp=start):
            updates = {
                (SIGNAL_NAMES[record.signalType], record.hashValue.lower()): metadata_of(record)
                for record in page.hashRecords
                if record.signalType in SIGNAL_NAMES
            }
            epoch = getattr(self.api, "epoch", "")
            drawn = StopNCIICheckpoint.from_stopncii_fetch(page)
            is_other = bool(known) and epoch != known
            yield FetchDelta(updates, LeewardCheckpoint(drawn.update_time, drawn.last_fetch_time, epoch, is_other))


def metadata_of(record: api.StopNCIIHashRecord) -> StopNCIISignalMetadata | None:
    """What is known about a hash, or None if it is withdrawn."""
    return None if record.hashStatus in GONE else StopNCIISignalMetadata(record.CSPFeedbacks)
