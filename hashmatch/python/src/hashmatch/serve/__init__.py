"""The matcher service: answers over HTTP which hashes and files match a bank, and keeps nothing of what it is asked.

| module | holds |
|---|---|
| `command` | `hashmatch serve`: options, the socket, start and stop |
| `settings` | every limit, in one place |
| `app` | the addresses and what answers each |
| `envelope` | around every answer: headers, token, counting, errors |
| `wire`, `batch_form` | what may come in and what goes out, as JSON and as columns of bytes |
| `matching` | queries to results |
| `holder` | the bank in use, taken in anew when its file changes |
| `follower`, `follow` | the child process that draws the feed into the bank's file, and its keeper |
| `workers`, `hasher` | the processes that hash files in memory, and what runs in them |
| `metrics` | what is counted |
| `client` | for callers in Python |
| `measure` | how much of the library's speed is left behind HTTP |
"""
