"""How a signed record is made, what its status list holds, and what can be said of one. No database, no clock."""
