"""What a person does with their locker, and what those do whom they show an entry."""
