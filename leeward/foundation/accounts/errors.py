"""Errors of staff accounts.

AccountError
├── NameTaken              a staff name that somebody has already
├── NameUnsuitable         a staff name that is not short plain letters
├── NoSuchStaff            no account of that name
├── PassphraseUnsuitable   a passphrase that is too short or too common
├── LinkSpent              an enrolment link that was used, is too old or never was
├── SignInRefused          wrong, unknown, closed or in need of a passkey: one answer for all
│   └── SignInResting      too many wrong tries with this name, whoever has it: nothing was checked
├── TooManyAtOnce          more sign-ins at this moment than the machine takes
├── AffiliationWrong       a platform's role without a platform, or another role with one
├── UnlockRefused          a passphrase or recovery code that opens no key
│   └── UnlockResting      too many wrong tries before: nothing was checked
├── RecoveryCodeMistyped   a slip of the finger in a recovery code
├── PasskeyRefused         an answer of a passkey that does not prove what it should
├── PasskeyUnknown         no such passkey of this person
├── PasskeyLimit           more passkeys than one person may have
├── LastPasskey            the only passkey, where signing in needs one
├── LastAdministrator      the only administrator would not be one any more
├── LastInTeam             a new key for the only one who holds the team's
├── ColleagueUnknown       nobody of this reference in the team, or not in that state
├── NotInTeam              somebody without the team's key wants to open it to another
├── ProvidersMalformed     LEEWARD_OIDC_FILE cannot be used
└── ProviderRefused        what came back from a provider opens no account
"""


class AccountError(Exception):
    """An account cannot be made, changed or opened as asked."""


class NameTaken(AccountError):
    """Somebody has this staff name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is already an account {name!r}. Choose another name, or print it a new link: "
            f"`leeward renew-staff-link {name}`."
        )


class NameUnsuitable(AccountError):
    """A staff name must be easy to type and to say."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} cannot be a staff name. Use 2 to 32 small letters a-z, digits, dots or hyphens, a letter first."
        )


class NoSuchStaff(AccountError):
    """No account has this staff name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no account {name!r}. `leeward create-staff` makes one.")


class PassphraseUnsuitable(AccountError):
    """The passphrase would be guessed; `reasons` are for the person who chose it."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


class LinkSpent(AccountError):
    """The enrolment link opens nothing any more."""

    def __init__(self) -> None:
        super().__init__("This link was used already or is older than a day. Ask your administrator for a new one.")


class SignInRefused(AccountError):
    """The name and the passphrase do not open an account now."""

    def __init__(self) -> None:
        super().__init__("The name or the passphrase is wrong, or this account signs in by a passkey.")


class SignInResting(SignInRefused):
    """This network may not try this name now. Said of names that nobody has too, so it tells nothing of either."""


class TooManyAtOnce(AccountError):
    """Another sign-in would need more memory than we give to all of them. Try again after `retry_after_seconds`."""

    retry_after_seconds = 5

    def __init__(self) -> None:
        super().__init__("Many people are signing in at this moment. Try again in a few seconds.")


class AffiliationWrong(AccountError):
    """People of a platform, of the network's member or of a court belong to it; nobody else belongs to one."""

    def __init__(self, *, role: str, needed: bool) -> None:
        how = "Name it with --body." if needed else "Leave --body out."
        super().__init__(f"The role {role!r} {'belongs to one organisation' if needed else 'belongs to none'}. {how}")


class UnlockRefused(AccountError):
    """Neither passphrase nor recovery code opens this person's key now."""

    def __init__(self) -> None:
        super().__init__("This does not open your key.")


class UnlockResting(UnlockRefused):
    """There were too many wrong tries before; try again after `retry_after_seconds`."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__()


class RecoveryCodeMistyped(AccountError):
    """The symbols are those of no recovery code."""

    def __init__(self) -> None:
        super().__init__("The recovery code is mistyped. Compare it with the printed one: seven groups of four.")


class PasskeyRefused(AccountError):
    """A passkey's answer was not accepted; `reason` is for tests and developers and names nobody."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("The passkey was not accepted. Load the page again and try once more.")


class PasskeyUnknown(AccountError):
    """This person has no such passkey."""

    def __init__(self) -> None:
        super().__init__("There is no such passkey. It may have been removed already.")


class PasskeyLimit(AccountError):
    """One more passkey would be too many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"You have {limit} passkeys. Remove one that you no longer use first.")


class LastPasskey(AccountError):
    """Without this passkey its owner could not sign in again."""

    def __init__(self) -> None:
        super().__init__("This is your only passkey. Add another one first.")


class LastInTeam(AccountError):
    """A new key would leave nobody who can open the team's."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody else holds your team's key. Enter your earlier passphrase or recovery code; without either, two "
            "custodians must first recover the team: `leeward recover-team`."
        )


class LastAdministrator(AccountError):
    """Nobody would be left who can make accounts on the page."""

    def __init__(self) -> None:
        super().__init__("This is the only administrator. Make another one first.")


class ColleagueUnknown(AccountError):
    """Nobody in the team has this reference, or she is not in the state that this needs."""

    def __init__(self) -> None:
        super().__init__("There is no such person in your team. Load the page again: somebody may have been faster.")


class NotInTeam(AccountError):
    """Only who holds the team's key can open it to somebody else."""

    def __init__(self) -> None:
        super().__init__("You do not hold your team's key. A colleague who does must let you in first.")


class ProvidersMalformed(AccountError):
    """The file of providers cannot be used."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"LEEWARD_OIDC_FILE: {problem}")


class ProviderRefused(AccountError):
    """The provider's answer signs nobody in; `reason` is for tests and the log and names nobody."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            "Your provider's answer could not be used to sign you in here. Start again from the sign-in page."
        )
