"""What a person keeps for themselves: entries, later files too, that they show to whom they choose (V2)."""
