"""People who did harm, or fear that they might: change offered, safety first, referral with outcome (C1)."""
