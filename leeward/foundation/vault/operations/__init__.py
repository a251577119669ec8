"""All operations of the vault: access codes; keys of files, teams, users and services; grants, holdings.

A grant row is the permission: no row, no key, no read.
"""

from leeward.foundation.vault.operations.boxes import (
    derive_key_pair,
    make_victim_key,
    open_for_team,
    open_sealed,
    seal_to,
)
from leeward.foundation.vault.operations.codes import (
    OpenedCode,
    SealedCode,
    destroy_code,
    harden_code,
    has_code,
    keep_code,
    new_code,
    open_code,
    renew_code,
    reseal_code,
    sweep_codes,
)
from leeward.foundation.vault.operations.files import (
    adopt_file,
    destroy_file,
    drop_key,
    make_file,
    open_file,
    open_files,
    plan_adoption,
)
from leeward.foundation.vault.operations.grants import (
    grant,
    list_readers,
    reads,
    renew_generation,
    revoke,
    shut_out,
    sweep_grants,
)
from leeward.foundation.vault.operations.holdings import (
    change_holding,
    destroy_holding,
    keep_holding,
    read_holding,
    sweep_holdings,
)
from leeward.foundation.vault.operations.recovery import add_recovery, make_recovery_keys, recover_team
from leeward.foundation.vault.operations.rotation import resume_rotation, rotate_team
from leeward.foundation.vault.operations.service_rotation import (
    Resealed,
    count_sealed_to_older,
    reseal_service,
    retire_service_keys,
    rotate_service,
)
from leeward.foundation.vault.operations.services import (
    ServiceKeys,
    found_services,
    missing_services,
    open_service,
    service_grantee,
)
from leeward.foundation.vault.operations.teams import (
    found_team,
    holders_of,
    join_team,
    leave_team,
    open_teams,
    team_grantee,
    teams_to_rotate,
)
from leeward.foundation.vault.operations.texts import blind_index, open_text, seal_text
from leeward.foundation.vault.operations.tries import (
    count_network_try,
    count_try,
    forgive_network_try,
    forgive_tries,
    network_try,
)
from leeward.foundation.vault.operations.users import (
    add_slot,
    holders_with_keys,
    make_user_key,
    remove_slot,
    replace_user_key,
    slot_kinds,
    unlock_user_key,
    user_grantee,
)
from leeward.foundation.vault.operations.work import make_challenge, spend_work
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key

__all__ = [
    "OpenFile",
    "OpenedCode",
    "Resealed",
    "SealedCode",
    "Service",
    "ServiceKeys",
    "add_recovery",
    "add_slot",
    "adopt_file",
    "blind_index",
    "change_holding",
    "count_network_try",
    "count_sealed_to_older",
    "count_try",
    "derive_key_pair",
    "destroy_code",
    "destroy_file",
    "destroy_holding",
    "drop_key",
    "forgive_network_try",
    "forgive_tries",
    "found_services",
    "found_team",
    "grant",
    "harden_code",
    "has_code",
    "holders_of",
    "holders_with_keys",
    "join_team",
    "keep_code",
    "keep_holding",
    "leave_team",
    "list_readers",
    "make_challenge",
    "make_file",
    "make_recovery_keys",
    "make_user_key",
    "make_victim_key",
    "missing_services",
    "network_try",
    "new_code",
    "open_code",
    "open_file",
    "open_files",
    "open_for_team",
    "open_sealed",
    "open_service",
    "open_teams",
    "open_text",
    "plan_adoption",
    "read_holding",
    "read_private_key",
    "reads",
    "recover_team",
    "remove_slot",
    "renew_code",
    "renew_generation",
    "replace_user_key",
    "reseal_code",
    "reseal_service",
    "resume_rotation",
    "retire_service_keys",
    "revoke",
    "rotate_service",
    "rotate_team",
    "seal_text",
    "seal_to",
    "service_grantee",
    "shut_out",
    "slot_kinds",
    "spend_work",
    "sweep_codes",
    "sweep_grants",
    "sweep_holdings",
    "team_grantee",
    "teams_to_rotate",
    "unlock_user_key",
    "user_grantee",
    "write_private_key",
]
