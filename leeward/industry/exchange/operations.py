"""Operations on a platform and the bank together: admitting one with its keys, and checking its place in the feed."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from hashmatch.variants import Level

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import admit_platform, begin_epoch_if_lost
from leeward.industry.bank.queries import feed_end
from leeward.industry.bank.rules import FeedPlace
from leeward.industry.exchange.errors import BeginAgain
from leeward.industry.exchange.rules import OWN_NAME
from leeward.industry.exchange.signing import SigningKey, signing_key
from leeward.industry.exchange.snapshots import present_public_key
from leeward.industry.platforms.errors import PlatformNameTaken
from leeward.industry.platforms.operations import create_platform, rotate_keys
from leeward.industry.platforms.rules import KEYS_OVERLAP, LEVEL_DEFAULT, IssuedKeys


@dataclass(frozen=True, kw_only=True)
class KeysFile:
    """The file that a platform's engineers get once: its keys, and the key that verifies our pages."""

    issued: IssuedKeys
    signing_key: SigningKey
    snapshot_key: SigningKey | None

    def as_json_object(self) -> dict[str, object]:
        """The object that `--keys FILE` of our client reads."""
        return {
            "platform": self.issued.partner.name,
            "fetch_key": self.issued.fetch_key,
            "feedback_key": self.issued.feedback_key,
            "submit_key": self.issued.submit_key,
            "subscription_key": self.issued.subscription_key,
            "signing_key": asdict(self.signing_key),
            **({"snapshot_key": asdict(self.snapshot_key)} if self.snapshot_key else {}),
        }


@transaction.atomic
def enrol_platform(
    *,
    name: str,
    contact: str = "",
    level: Level = LEVEL_DEFAULT,
    without_list: bool = False,
    by: Actor,
    now: datetime,
) -> KeysFile:
    """Make a platform that can draw the feed at once, or `without_list` only check blind.

    Raises PlatformNameTaken, PlatformNameRefused.
    """
    if name.strip().casefold() == OWN_NAME.casefold():
        raise PlatformNameTaken(f"{OWN_NAME} is the exchange's own name in the feed. Choose another name.")
    issued = create_platform(name=name, contact=contact, level=level, without_list=without_list, by=by, now=now)
    admit_platform(partner=issued.partner, by=by, now=now)
    return KeysFile(issued=issued, signing_key=signing_key(), snapshot_key=present_public_key())


def renew_keys(*, name: str, overlap: timedelta = KEYS_OVERLAP, by: Actor, now: datetime) -> KeysFile:
    """Give a platform fresh keys while the old ones work for `overlap` longer. Raises PlatformUnknown."""
    issued = rotate_keys(name=name, overlap=overlap, by=by, now=now)
    return KeysFile(issued=issued, signing_key=signing_key(), snapshot_key=present_public_key())


def require_this_history(place: FeedPlace, *, how: str, now: datetime) -> None:
    """Raise BeginAgain, saying `how`, unless the feed as it stands gave this place.

    To be asked before anything is published, or the feed might grow past a place that it has lost.
    """
    end = feed_end()
    if place.is_known_to(end):
        return
    if place.is_lost_by(end):
        begin_epoch_if_lost(place=place, now=now)
    raise BeginAgain("The exchange was restored from a back-up since it gave you this place in its feed.", how=how)
