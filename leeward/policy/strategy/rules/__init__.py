"""What is true of a strategy whoever asks and wherever it is kept."""
