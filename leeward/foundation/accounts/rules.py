"""Rules of staff accounts: roles and teams, names, links, ways to sign in, unlocks, passphrases and recovery codes.

How long a name rests after wrong tries is the vault's rule for codes.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from leeward.foundation.accounts.errors import RecoveryCodeMistyped
from leeward.foundation.labels import Labelled, mark

NAME_PATTERN = re.compile(r"[a-z][a-z0-9.-]{1,31}")
LINK_LIFETIME = timedelta(hours=24)
LINK_BYTES = 32

UNLOCK_IDLE = timedelta(minutes=15)
UNLOCK_TOTAL = timedelta(hours=8)

# What somebody had typed when she had to sign in or unlock is carried by her page so long, and no more than this.
CARRIED_LIFETIME = timedelta(hours=24)
CARRIED_BYTES = 256 * 1024
# So long after its end a session still tells whose form comes from it; then its row is forgotten.
ENDED_LIFETIME = timedelta(days=2)

# A change of a way in asks for a proof that is no older. Coming in is one.
PROOF_LIFETIME = timedelta(minutes=10)
# A session that nobody has used so long is over: for roles without a key, which have no lock, and for all others.
SESSION_IDLE_KEYLESS, SESSION_IDLE = timedelta(minutes=15), timedelta(hours=1)
# So often a session notes that it is used.
SESSION_NOTED_EVERY = timedelta(minutes=1)
# So long the owner of an account, and who leads the team, are told of a change.
CHANGE_TOLD_FOR, CHANGE_TOLD_LEADS = timedelta(days=30), timedelta(days=7)

PASSKEYS_WANTED = 2  # one lost key must shut nobody out
PASSKEYS_LIMIT = 10
WORKING_NAME_LIMIT = 60
PASSKEY_NAME_LIMIT = 40

PASSPHRASE_WORDS = 6
WORDS_NEEDED = 1296  # four dice: 10.3 bits a word, 62 bits for six

# Crockford's alphabet: no I, L, O or U, so that nothing is misread from paper. 26 symbols carry 130 bits.
RECOVERY_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECOVERY_SYMBOLS = 26
RECOVERY_CHECKS = 2
RECOVERY_GROUP = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Role(Labelled):
    """The role of a member of staff. Each has one; no role includes another."""

    ADMINISTRATOR = "administrator", mark("Administrator")
    PRACTITIONER = "practitioner", mark("Practitioner")
    HELPLINE_LEAD = "helpline_lead", mark("Helpline lead")
    DESK_PRACTITIONER = "desk_practitioner", mark("Desk practitioner")
    SUPERVISOR = "supervisor", mark("Supervisor")
    EXCHANGE_OFFICER = "exchange_officer", mark("Exchange officer")
    MODERATOR = "moderator", mark("Moderator")
    PLATFORM_LEAD = "platform_lead", mark("Platform lead")
    AUDITOR = "auditor", mark("Auditor")
    DIRECTORY_EDITOR = "directory_editor", mark("Directory editor")
    POLICY_OFFICER = "policy_officer", mark("Policy officer")
    REVIEWER = "reviewer", mark("Reviewer")
    MEMBER_WORKER = "member_worker", mark("Worker at a member of the network")
    NETWORK_SECRETARY = "network_secretary", mark("Network secretary")
    VOLUNTEER = "volunteer", mark("Volunteer")
    SURVIVOR_LIAISON = "survivor_liaison", mark("Liaison for survivors at the helpline")
    TRAINING_MANAGER = "training_manager", mark("Training manager of an employer")
    COURSE_AUTHOR = "course_author", mark("Course author")
    COURT_CLERK = "court_clerk", mark("Court clerk")
    ORDER_OFFICER = "order_officer", mark("Order officer")
    PROGRAMME_WORKER = "programme_worker", mark("Worker at a programme for people who did harm")
    ANALYST = "analyst", mark("Analyst of the outcomes of justice")
    STATISTICIAN = "statistician", mark("Statistician of an authority")
    REGISTRAR = "registrar", mark("Registrar of the restricted register")
    DISCLOSURE_OFFICER = "disclosure_officer", mark("Disclosure officer of the restricted register")


class AccountState(Labelled):
    """How far somebody has come with an account, as an administrator sees it."""

    INVITED = "invited", mark("Has a link"), "yellow"
    LINK_OVER = "link_over", mark("Needs a new link"), "red"
    WAITING = "waiting", mark("Awaits a colleague"), "yellow"
    WORKING = "working", mark("Active"), "green"
    LEFT = "left", mark("Has left"), "grey"


PLATFORM_ROLES = frozenset({Role.MODERATOR, Role.PLATFORM_LEAD})
# Whose people these are: the kind of body that their affiliation names. Each has a team, but for OPEN_BODIES and those
# who have a team of several bodies in OWN_TEAMS.
BODY_OF = {
    Role.MODERATOR: "platform",
    Role.PLATFORM_LEAD: "platform",
    Role.MEMBER_WORKER: "member",
    Role.TRAINING_MANAGER: "employer",
    Role.COURT_CLERK: "court",
    Role.PROGRAMME_WORKER: "provider",
    Role.STATISTICIAN: "authority",
    Role.REGISTRAR: "agency",
    Role.DISCLOSURE_OFFICER: "agency",
}
# Bodies whose people hand in counts alone: nothing is sealed to them.
OPEN_BODIES = frozenset({"authority"})
# A helpline lead has a team of their own: what went wrong goes away from those whom it is about, and they read no case.
TEAM_ROLES = frozenset(
    {
        Role.PRACTITIONER,
        Role.HELPLINE_LEAD,
        Role.VOLUNTEER,
        Role.SURVIVOR_LIAISON,
        Role.DESK_PRACTITIONER,
        Role.SUPERVISOR,
        Role.ORDER_OFFICER,
        Role.ANALYST,
        *(role for role, body in BODY_OF.items() if body not in OPEN_BODIES),
    }
)
# Who may take a colleague out of their own team. In the helpline's, a member's, an employer's and a provider's that is
# everybody.
TAKING_OUT_ROLES = frozenset(
    {
        Role.PRACTITIONER,
        Role.HELPLINE_LEAD,
        Role.SURVIVOR_LIAISON,
        Role.SUPERVISOR,
        Role.PLATFORM_LEAD,
        Role.MEMBER_WORKER,
        Role.TRAINING_MANAGER,
        Role.PROGRAMME_WORKER,
        Role.COURT_CLERK,
        Role.ORDER_OFFICER,
        Role.ANALYST,
        Role.REGISTRAR,
        Role.DISCLOSURE_OFFICER,
    }
)
OWN_TEAMS = {
    Role.DESK_PRACTITIONER: "desk",
    Role.SUPERVISOR: "desk",
    Role.PRACTITIONER: "helpline",
    Role.HELPLINE_LEAD: "leads",
    Role.VOLUNTEER: "volunteers",
    Role.SURVIVOR_LIAISON: "liaison",
    Role.ORDER_OFFICER: "orders",
    Role.ANALYST: "outcomes",
    # Of two agencies, and one team: a check is prepared in one of them and decided in the other.
    Role.REGISTRAR: "register",
    Role.DISCLOSURE_OFFICER: "register",
}


# Who hears of a change of a colleague's ways in; for all other roles it is the administrators.
LEADS = {
    Role.PRACTITIONER: Role.HELPLINE_LEAD,
    Role.VOLUNTEER: Role.HELPLINE_LEAD,
    Role.SURVIVOR_LIAISON: Role.HELPLINE_LEAD,
    Role.DESK_PRACTITIONER: Role.SUPERVISOR,
    Role.MODERATOR: Role.PLATFORM_LEAD,
}


class SignInPolicy(StrEnum):
    """How staff must sign in (LEEWARD_STAFF_SIGN_IN)."""

    PASSKEY = "passkey"
    PASSPHRASE = "passphrase"  # noqa: S105  # the name of a policy


class SignInMethod(StrEnum):
    """How somebody signed in."""

    PASSPHRASE = "passphrase"  # noqa: S105  # the name of a way in
    PASSKEY = "passkey"
    PROVIDER = "provider"


def team_of(*, role: Role, affiliation: str) -> str | None:
    """The team whose key this person may hold, None for those who hold none: an administrator reads nothing."""
    if role in BODY_OF and role not in OWN_TEAMS:
        return None if BODY_OF[role] in OPEN_BODIES else f"{BODY_OF[role]}:{affiliation}"
    return OWN_TEAMS.get(role)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How far one person has come on the way to reading what is sealed to a team."""

    is_active: bool
    has_passphrase: bool
    has_signed_in: bool
    holds_team_key: bool

    @property
    def may_read(self) -> bool:
        """Whether they can open what comes in: a lock or the end of a shift changes nothing."""
        return self.is_active and self.has_passphrase and self.has_signed_in and self.holds_team_key


def may_take_in(readers: Iterable[Reader]) -> bool:
    """Whether a team may take in what is new: somebody who can open it has signed in, and has not left."""
    return any(each.may_read for each in readers)


def is_strong_enough(*, policy: SignInPolicy, method: str) -> bool:
    """Whether somebody who signed in this way may go on to her pages."""
    return policy is SignInPolicy.PASSPHRASE or method in (SignInMethod.PASSKEY, SignInMethod.PROVIDER)


def is_proof_strong(*, policy: SignInPolicy, method: str, has_strong_way: bool) -> bool:
    """Return whether this way in proves enough to change ways in: never less than signing in asks for.

    `has_strong_way`: the account has a passkey or a provider. A passphrase proves enough only before the first one.
    """
    return is_strong_enough(policy=policy, method=method) or (method == SignInMethod.PASSPHRASE and not has_strong_way)


def is_session_idle(*, role: Role, used_at: datetime, now: datetime) -> bool:
    """Return whether nobody has used a session for so long that it is over."""
    return now >= used_at + (SESSION_IDLE if role in TEAM_ROLES else SESSION_IDLE_KEYLESS)


def is_unlock_over(*, started_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Whether an unlock has ended: 15 minutes after its last use, or 8 hours after its beginning."""
    return now >= used_at + UNLOCK_IDLE or now >= started_at + UNLOCK_TOTAL


def draw_passphrase(words: Sequence[str], *, draw_below: Callable[[int], int]) -> str:
    """Six words that do not belong together."""
    return " ".join(words[draw_below(len(words))] for _ in range(PASSPHRASE_WORDS))


def draw_recovery_code(*, draw_below: Callable[[int], int]) -> str:
    """A code for paper: 26 random symbols and two that find a slip, in groups of four."""
    body = "".join(RECOVERY_ALPHABET[draw_below(len(RECOVERY_ALPHABET))] for _ in range(RECOVERY_SYMBOLS))
    return _grouped(body + _checks(body))


def read_recovery_code(typed: str) -> str:
    """The code as it was printed, however it was typed. Raises RecoveryCodeMistyped, for which no try is counted."""
    symbols = re.sub(r"[\s\-–.]", "", typed).upper().translate(MISREAD)
    body, checks = symbols[:RECOVERY_SYMBOLS], symbols[RECOVERY_SYMBOLS:]
    if len(symbols) != RECOVERY_SYMBOLS + RECOVERY_CHECKS or set(symbols) - set(RECOVERY_ALPHABET):
        raise RecoveryCodeMistyped
    if checks != _checks(body):
        raise RecoveryCodeMistyped
    return _grouped(symbols)


def fingerprint(public_key: bytes) -> str:
    """Sixteen digits by which two people compare a key over the telephone."""
    number = int.from_bytes(hashlib.sha256(b"leeward/fingerprint/1" + public_key).digest()) % 10**16
    digits = f"{number:016d}"
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def _checks(body: str) -> str:
    digest = hashlib.sha256(b"leeward/recovery/1" + body.encode()).digest()
    return "".join(RECOVERY_ALPHABET[byte % 32] for byte in digest[:RECOVERY_CHECKS])


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + RECOVERY_GROUP] for start in range(0, len(symbols), RECOVERY_GROUP))


def is_suitable_name(name: str) -> bool:
    """Whether `name` can be a staff name."""
    return NAME_PATTERN.fullmatch(name) is not None


def digest_link(token: str) -> str:
    """Return what is stored of a link. Its token has 256 random bits, so one plain hash is enough.

    What somebody typed instead of a token can hold anything, and is hashed too.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
