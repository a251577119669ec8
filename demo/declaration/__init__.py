"""The made-up nation's declaration: two versions in three languages, a dozen signatories, and what platforms do."""

from demo.declaration.history import found_declaration

__all__ = ["found_declaration"]
