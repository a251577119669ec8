"""Outgoing mail and signed webhooks, each sent once, with its delivery state (V2, I2)."""
