"""HMA (Hasher-Matcher-Actioner) with this library's index, and exchanges that honour withdrawals.

In HMA's configuration file:

    from OpenMediaMatch.storage.postgres.impl import DefaultOMMStore
    from hashmatch.hma import EXCHANGE_TYPES, signal_types
    STORAGE_IFACE_INSTANCE = DefaultOMMStore(signal_types=signal_types(), exchange_types=EXCHANGE_TYPES)

and then for each exchange, with the fields of `LeewardCredentials`:

    POST /c/exchanges/api/leeward   {"credential_json": {"fetch_function_key": …, "subscription_key": …,
                                     "base_url_override": "https://SITE/exchange/v1"}}
    POST /c/exchanges               {"bank": "NAME", "api": "leeward", "api_json": {}}

All roles (hasher, matcher, curator, the background tasks) need the same lines, since HMA loads a stored index by the
name of its class. HMA builds an index only when the bank has changed: until then the one stored before goes on.

HMA keeps no opinions: whatever is in a bank matches alike. So there is a second exchange, `leeward_verified`, with only
those hashes that a platform has reviewed and blocked and none disputes. Let HMA act by itself on that bank alone, and
send matches of the `leeward` bank to people.

A hash that is withdrawn leaves HMA's database with the next fetch. `/m/lookup` leaves it out from then on, since it
looks every match up there; `/m/raw_lookup` does so when the index has been built and loaded again, which HMA does
every minute or so.

When the exchange was restored from a back-up, HMA takes what is new at once and then fetches everything again, but it
deletes nothing that does not come again. Delete the exchange with its bank and make it anew, and those are gone too.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from threatexchange.exchanges.clients.stopncii.api import StopNCIICSPFeedbackValue
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.impl.stop_ncii_api import StopNCIISignalMetadata
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.signal_base import SignalType

from hashmatch.threatexchange.exchange import Key, LeewardSignalExchangeAPI
from hashmatch.threatexchange.signal import quicken_stock_pdq

Converted: TypeAlias = dict[type[SignalType], dict[str, StopNCIISignalMetadata]]


class LeewardVerifiedSignalExchangeAPI(LeewardSignalExchangeAPI):
    """Only hashes that a platform has blocked and none disputes; one that is disputed later leaves HMA's bank."""

    @classmethod
    def naive_convert_to_signal_type(
        cls,
        signal_types: Sequence[type[SignalType]],
        collab: CollaborationConfigBase,
        fetched: Mapping[Key, StopNCIISignalMetadata | None],
    ) -> Converted:
        """HMA deletes a record for which this gives nothing."""
        trusted = {key: metadata for key, metadata in fetched.items() if metadata is not None and is_verified(metadata)}
        converted: Converted = super().naive_convert_to_signal_type(signal_types, collab, trusted)
        return converted


def is_verified(metadata: StopNCIISignalMetadata) -> bool:
    """Whether someone has blocked the hash's picture after review and nobody says otherwise."""
    values = {feedback.feedbackValue for feedback in metadata.feedbacks}
    return StopNCIICSPFeedbackValue.Blocked in values and StopNCIICSPFeedbackValue.NotBlocked not in values


EXCHANGE_TYPES = [LeewardSignalExchangeAPI, LeewardVerifiedSignalExchangeAPI]


def signal_types() -> list[type[SignalType]]:
    """What HMA installs by itself, photos by PDQ and videos by MD5, with PDQ by this library's index and hasher.

    It is the package's own `PdqSignal`, changed in place: HMA's NCMEC exchange asks whether that very class is there.
    """
    return [quicken_stock_pdq(), VideoMD5Signal]
