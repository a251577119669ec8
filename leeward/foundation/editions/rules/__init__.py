"""The files of an edition and what is said of it in the standards' words, without a database."""
