"""Legal holds: two people keep one record from being erased, for a reason and until a day; retention asks here."""
