"""The wing for society: where people turn, and what everybody should know."""
