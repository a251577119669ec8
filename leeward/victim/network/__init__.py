"""The support network (V4): members under a protocol, and referrals that come back or go on."""
