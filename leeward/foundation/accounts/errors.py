"""What can go wrong with staff accounts.

AccountError
├── NameTaken              a staff name that somebody has already
├── NameUnsuitable         a staff name that is not short plain letters
├── NoSuchStaff            no account of that name
├── PassphraseUnsuitable   a passphrase that is too short or too common
├── LinkSpent              an enrolment link that was used, is too old or never was
├── SignInRefused          wrong, unknown, closed or resting: one answer for all
└── TooManyAtOnce          more sign-ins at this moment than the machine takes
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
        super().__init__("The name or the passphrase is wrong, or there were too many tries. Wait, then try again.")


class TooManyAtOnce(AccountError):
    """Another sign-in would need more memory than we give to all of them."""

    def __init__(self) -> None:
        super().__init__("Many people are signing in at this moment. Try again in a few seconds.")
