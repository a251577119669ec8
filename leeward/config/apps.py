"""Names the app for Django."""

from django.apps import AppConfig

from leeward.config import checks as _checks  # registers them


class ConfigConfig(AppConfig):
    """Django's entry for this app: it holds the operators' commands, no tables."""

    name = "leeward.config"
    label = "config"
    checks = _checks

    def ready(self) -> None:
        """Join what only this floor sees: other apps' charts and companies, and what pages may refer to."""
        from leeward.config.bodies import register_all  # noqa: PLC0415  # apps can be imported from here on only
        from leeward.config.living import register_kinds  # noqa: PLC0415  # apps can be imported from here on only
        from leeward.config.tiles import register_tiles  # noqa: PLC0415  # apps can be imported from here on only

        register_tiles()
        register_all()
        register_kinds()
