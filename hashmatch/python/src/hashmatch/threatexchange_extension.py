"""The extension of the `threatexchange` package's `tx`: PDQ by this library's index, and an exchange that lets go.

    tx config extensions add hashmatch.threatexchange_extension
    tx config collab edit leeward --create "NAME"
    TX_STOPNCII_KEYS=fetch_key,subscription_key,https://SITE/exchange/v1 tx fetch

`tx` takes no second signal type of the name `pdq`, and matches what exchanges deliver by that name. So this module,
which `tx` imports at each start, changes the package's own `PdqSignal`: index and hasher are this library's, and every
exchange's PDQ hashes use them. An index that was built before must be built anew (`tx dataset --rebuild-indices`).

It also mends how `tx` erases an index: the package compares whole paths with bare names, so the index of a type whose
last hash was withdrawn would stay and go on matching.
"""

from collections.abc import Iterable

from threatexchange.cli.cli_state import CliIndexStore
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.signal_type.signal_base import SignalType

from hashmatch.threatexchange.exchange import (
    LeewardCredentials,
    LeewardSignalExchangeAPI,
    WithdrawalHonouringClient,
)
from hashmatch.threatexchange.signal import quicken_stock_pdq

__all__ = [
    "TX_MANIFEST",
    "LeewardCredentials",
    "LeewardSignalExchangeAPI",
    "WithdrawalHonouringClient",
    "clear_indices",
]


def clear_indices(store: CliIndexStore, only_types: Iterable[type[SignalType]] | None = None) -> None:
    """Erase the stored indices of these signal types, or all; takes the place of `CliIndexStore.clear`."""
    pattern = f"*{store.FILE_EXTENSION}"
    names = None if only_types is None else {f"{kind.get_name()}{store.FILE_EXTENSION}" for kind in only_types}
    for path in store.dir.glob(pattern):
        if names is None or path.name in names:
            path.unlink(missing_ok=True)


quicken_stock_pdq()
CliIndexStore.clear = clear_indices  # type: ignore[method-assign, assignment, unused-ignore]

TX_MANIFEST = ThreatExchangeExtensionManifest(apis=(LeewardSignalExchangeAPI,))
