"""Surveys: questionnaires, waves whose answers nobody can read while they run, and shares with their intervals."""
