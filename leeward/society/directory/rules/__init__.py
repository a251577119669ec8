"""What the directory decides without a database: records, their checks, opening times, words, freshness, distances."""
