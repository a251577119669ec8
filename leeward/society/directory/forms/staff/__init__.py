"""What the directory's editors type: entries screen by screen, opening times, words to sort by, translations."""
