"""Lets `python -m hashmatch` do what the `hashmatch` command does."""

from hashmatch.cli import main

if __name__ == "__main__":
    main()
