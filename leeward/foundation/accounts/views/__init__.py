"""The staff's own pages: signing in, enrolling, unlocking, passkeys, the team, and the desk."""
