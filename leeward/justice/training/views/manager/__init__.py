"""What an employer's training manager sees and presses."""
