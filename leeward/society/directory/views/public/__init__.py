"""The pages for everybody: find support, read about one service, say what is wrong, get help."""
