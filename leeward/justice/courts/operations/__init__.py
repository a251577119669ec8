"""Writes of courts' orders: types and courts, drafts, recording, serving, effects, varying, staying and revoking."""
