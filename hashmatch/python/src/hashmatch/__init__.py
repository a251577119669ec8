"""hashmatch hashes pictures, finds every match in a bank, follows a hash exchange and answers it."""

__version__ = "0.2.0"
