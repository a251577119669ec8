"""Lessons: texts, questions and branches on pages, without script and without keeping anybody (C2, S1)."""
