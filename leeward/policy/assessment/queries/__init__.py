"""Reads: the model as this installation uses it, live evidence, and rounds."""
