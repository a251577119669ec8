"""Names the app for Django, and to the network (what comes of its alerts)."""

from django.apps import AppConfig

from leeward.victim.network.handed import hand_actions


class StrategyConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.policy.strategy"
    label = "strategy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to the network, which would otherwise have to look up."""
        hand_actions("leeward.policy.strategy.queries.warnings.public_actions")
