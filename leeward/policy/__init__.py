"""Policy and governance: what the nation knows of its own response, and what it decides to do."""
