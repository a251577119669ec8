"""Rules of the assessment: the model, its features and live evidence, levels of rows, and rounds."""
