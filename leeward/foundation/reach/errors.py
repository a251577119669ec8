"""Why an address was not fetched, by name. No message repeats the address: it may be about somebody."""


class ReachRefused(Exception):
    """The family of everything that keeps an address from being fetched; catch this one to catch them all.

    `hops`: how many redirects had been followed; 0 where it is the address itself that is refused.
    """

    hops = 0


class AddressRefused(ReachRefused):
    """The address itself is of a kind that is never fetched; trying again changes nothing."""


class AddressMalformed(AddressRefused):
    """The text is not an address that can be fetched: unreadable, too long, or without a host."""


class SchemeRefused(AddressRefused):
    """The address begins with something other than http: or https:."""

    def __init__(self) -> None:
        super().__init__("Only addresses that begin with http:// or https:// are fetched.")


class UserInfoRefused(AddressRefused):
    """The address carries a user name or a password before its host."""

    def __init__(self) -> None:
        super().__init__("The address has a user name before its host. Remove everything up to and with the @.")


class PortRefused(AddressRefused):
    """The address names a port on which no public web server listens."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"Port {port} is not one that is fetched from. Use an address on the usual web ports.")


class PrivateAddress(AddressRefused):
    """The host leads to an address that is not on the public internet: nothing behind our walls is fetched."""

    def __init__(self) -> None:
        super().__init__("The host leads to an address that is not on the public internet. It is never fetched.")


class TooManyRedirects(ReachRefused):
    """One address led to the next too often."""

    def __init__(self, redirects: int) -> None:
        super().__init__(f"The address leads on to another more than {redirects} times.")


class Unreachable(ReachRefused):
    """Nobody answers there now. It may be different later."""


class NameUnknown(Unreachable):
    """The host's name leads nowhere."""

    def __init__(self) -> None:
        super().__init__("The host's name is unknown, or names could not be looked up. Check it, or try again later.")


class BrokenOff(Unreachable):
    """The connection ended in the middle of things."""

    def __init__(self) -> None:
        super().__init__("The connection broke off. Try again later.")


class CertificateRefused(Unreachable):
    """The connection cannot be secured: the certificate is not for this host, out of date, or signed by nobody."""

    def __init__(self) -> None:
        super().__init__("The server could not prove with a certificate that it is who the address names.")


class TooSlow(Unreachable):
    """The whole answer did not arrive within its time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The answer was not complete within {seconds:g} seconds.")


class AnswerRefused(ReachRefused):
    """What came back is not an answer that can be read safely."""


class AnswerBroken(AnswerRefused):
    """The answer breaks the rules of HTTP, or ended in the middle."""

    def __init__(self) -> None:
        super().__init__("The server's answer breaks the rules of HTTP, or ended before it was complete.")


class HeadersTooLong(AnswerRefused):
    """The answer's headers do not end within their limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The answer's headers are longer than {limit} bytes.")


class EncodingRefused(AnswerRefused):
    """The answer is packed in a way that we did not ask for, or several times over."""

    def __init__(self) -> None:
        super().__init__("The answer is packed in a way that was not asked for. Only plain and gzip answers are read.")
