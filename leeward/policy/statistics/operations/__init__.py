"""Everything that is written: gathering, printing, releases."""
