"""Match a whole archive against a bank: in shards, each done exactly once, on one machine or on a Ray cluster.

| module | holds |
|---|---|
| `settings` | what a scan was asked for |
| `sources` | pictures and hashes found in folders and buckets, as a stream of items |
| `rows` | hashes out of Parquet columns of any of the usual kinds |
| `frozen` | the bank as it was when the scan began |
| `work` | what is done with one shard |
| `results` | the rows of the output, and their files |
| `ledger` | the plan and the manifest: what is to be done and what is done, safe on disk |
| `pools`, `on_ray` | worker processes of this machine, workers on Ray, and the rule for what they lose |
| `run` | the scan from beginning to end |
| `archive`, `append` | a platform's own hashes as saved indexes, to be asked for new hashes |
| `command` | `hashmatch scan` and `hashmatch archive` |
| `ray_data` | the bank as a step of somebody's own Ray Data pipeline |
"""
