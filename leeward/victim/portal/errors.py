"""What the portal refuses, by name, each with words that say what is wrong and how to mend it."""


class PortalError(Exception):
    """The family of errors that this app raises."""


class PayloadRefused(PortalError, ValueError):
    """What came in is not the short list of hashes that the hasher makes. `what` says what is wrong, in English."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class TokenExpired(PortalError):
    """The page was opened too long ago. Its code was never used; a new page makes a new one."""

    def __init__(self) -> None:
        super().__init__("This page was opened too long ago. Open it again; nothing has been sent.")


class TokenBroken(PortalError):
    """The token is not one of ours, or is one for another purpose."""

    def __init__(self) -> None:
        super().__init__("This page's token does not open. Load the page again; nothing has been sent.")


class WorkMissing(PortalError):
    """The small sum that every sender's device does has not been done for this token."""

    def __init__(self) -> None:
        super().__init__("The proof of work does not fit this page. Load the page again; nothing has been sent.")


class SentDifferently(PortalError):
    """These numbers were already sent with other pictures. What was sent first is what counts."""

    def __init__(self) -> None:
        super().__init__("These numbers were already used to send other pictures. Add pictures under your numbers.")


class NothingToSend(PortalError):
    """There is no picture in the list."""

    def __init__(self) -> None:
        super().__init__("There is no picture in the list. Choose at least one.")


class HasherNotBuilt(PortalError):
    """The browser files are missing or belong to different builds."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is missing. Run `make setup`, which builds the browser files.")
