"""The log without a database: leaves, the tree over them, its tiles and its signed checkpoints."""
