"""The nation's figures: one catalogue, one gatherer, one protection, dated releases and a public page (P1)."""
