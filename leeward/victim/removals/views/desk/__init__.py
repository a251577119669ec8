"""The desk's pages: its queues, a report and its requests, sending, the ladder, reviews, figures, the shift's notes."""
