"""What the `threatexchange` package and HMA plug in: an index, a quick PDQ signal, and an exchange that lets go.

| module | holds |
|---|---|
| `index` | `PdqRingIndex`, a `SignalTypeIndex` on `hashmatch.index` |
| `stored` | its file: one container of arrays, which `pickle.load` also takes for a pickle |
| `metadata` | what stands beside each hash, packed and read back without running anything that the file names |
| `signal` | `RingPdqSignal`, and how the package's own `PdqSignal` comes to use the same index and hasher |
| `exchange` | the StopNCII-protocol exchange that honours withdrawals |

Nothing here changes the package when it is imported; `hashmatch.threatexchange_extension` does, for `tx`.
"""
