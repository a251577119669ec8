"""What an order is, where each target stands, when it is due, and what anybody may be told. No database, no clock."""
