"""The made-up nation's strategy: who works in the field, the plan, the forum and what was agreed."""

from demo.strategy.founding import found_strategy

__all__ = ["found_strategy"]
