"""Packs: a bag of files with its digests, its signature and what proves how old things in it are. No database."""
