"""What may come in from a machine: questions to the open API, packages, feeds and lists in files."""
