"""The national strategy: who works in the field, the forum, the action plan and what was agreed (P3)."""
