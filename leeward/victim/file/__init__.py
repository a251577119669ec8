"""What is a person's own under a code: what happened, how to reach them, and neutral messages that there is news."""
