"""The administrator's pages of staff accounts: who works here, in which role, with which keys; made, changed, ended."""
