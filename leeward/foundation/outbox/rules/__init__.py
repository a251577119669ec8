"""What a parcel is, when it is tried again, how mail is written, and which servers may carry it."""
