"""What each law asks of a platform: the notice, the clock, the redress, as dated and sourced data (P2, I2)."""
