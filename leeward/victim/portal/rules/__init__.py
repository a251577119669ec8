"""What the portal decides without a database: answers at the gate, what may come in, tokens, visits, the small sum."""
