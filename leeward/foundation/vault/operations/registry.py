"""Public keys that this installation let in: each row carries a mark that a writer of the database cannot make.

The mark's key comes from the pepper, the one web secret that can never change. It opens nothing; it only keeps somebody
who can write rows, but not run our code, from putting their own public key where ours belongs.
"""

from django.conf import settings

from leeward.foundation.vault.errors import PublicKeySwapped
from leeward.foundation.vault.models import RecoveryKey, ServiceKey, TeamKey, UserKey
from leeward.foundation.vault.rules.grants import Grantee
from leeward.foundation.vault.rules.seals import key_from_text
from leeward.foundation.vault.rules.wraps import is_vouched, vouch

_PLACE = {"registry": "public_key"}

type PublicHalf = TeamKey | UserKey | ServiceKey | RecoveryKey


def mark_of(grantee: Grantee) -> bytes:
    """The mark of a public key that is let in now."""
    return vouch(_key(), grantee=grantee, binding=_PLACE)


def trusted(row: PublicHalf) -> Grantee:
    """The public key of a row. Raises PublicKeySwapped where it was not let in by us."""
    grantee = row.as_grantee()
    if not is_vouched(bytes(row.vouched), secret=_key(), grantee=grantee, binding=_PLACE):
        raise PublicKeySwapped
    return grantee


def _key() -> bytes:
    return key_from_text(settings.LEEWARD_CODE_PEPPER, purpose="leeward/registry/1")
