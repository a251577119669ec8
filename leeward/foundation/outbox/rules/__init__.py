"""Rules of parcels: their content, when they are tried again, how mail is written, and which servers may carry it."""
