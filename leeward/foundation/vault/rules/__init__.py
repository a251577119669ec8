"""What the vault decides without a database: how codes are formed, how long to wait, how boxes are sealed."""
