"""What the register decides without a database: names, numbers, ends, and the words of its states."""
