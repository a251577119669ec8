"""Rules of the vault: how codes are formed, how long to wait, how boxes are sealed."""
