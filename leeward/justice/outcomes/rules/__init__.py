"""Terms, files, checks and formulas of outcomes: pure, by days and numbers."""
