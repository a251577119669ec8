"""What becomes of offences, from recorded to sentenced to again, as authorities count it (C3)."""
