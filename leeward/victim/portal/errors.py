"""Refusals of the portal, each with words that say what is wrong and how to mend it."""


class PortalError(Exception):
    """The family of errors that this app raises."""


class PayloadRefused(PortalError, ValueError):
    """The payload is not the short list of hashes that the hasher makes. `what` says what is wrong, in English."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class OlderHasher(PayloadRefused):
    """The text was made by an older hasher, which took more frames of a video."""

    def __init__(self, where: str, *, most: int) -> None:
        super().__init__(
            f"{where} must be a list of at most {most} hashes; an older hasher took more. Load the page again, or get "
            "the offline page again, and choose the video there. What is protected already stays protected."
        )


class TokenExpired(PortalError):
    """The page was opened too long ago. Its code was never used; a new page makes a new one."""

    def __init__(self) -> None:
        super().__init__("This page was opened too long ago. Open it again; nothing has been sent.")


class TokenBroken(PortalError):
    """The token is not one of ours, or is one for another purpose."""

    def __init__(self) -> None:
        super().__init__("This page's token does not open. Load the page again; nothing has been sent.")


class WorkMissing(PortalError):
    """The sums that every sender's device does have not been done for this token, or not enough of them."""

    def __init__(self, *, sums: int, bits: int) -> None:
        self.sums, self.bits = sums, bits
        super().__init__(f"The proof of work must be {sums} numbers, each for {bits} zero bits.")


class NotJson(PortalError):
    """The picture page's script sends JSON; what came is a form or a file."""

    def __init__(self) -> None:
        super().__init__("The body must be JSON, with the content type application/json.")


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
