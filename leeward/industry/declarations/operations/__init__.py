"""Everything that is changed: versions, signatures, what is handed in, links, reminders and findings."""
