"""The national model as data, and rounds in which the nation assesses itself against it with evidence (P3, and all)."""
