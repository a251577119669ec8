"""Pure rules of the declaration: its texts, who keeps it, what may be handed in, and the checklist for platforms."""
