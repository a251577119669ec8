"""What can go wrong with signed records.

SigningError          all of them
SignerKeyMissing      the signer's private key is not in this folder, or not the one that is announced
RecordUnknown         there is no record of this number
AlreadyRevoked        it was revoked before, and that is said once
KeysUnreadable        a file of keys holds none that a record could be checked with
BitsMalformed         a status list's bits cannot be read
"""


class SigningError(Exception):
    """Something about signed records could not be done."""


class SignerKeyMissing(SigningError):
    """The private key is not here: this is not the signer's account, nothing was founded yet, or a file was lost."""

    def __init__(self) -> None:
        super().__init__(
            "The signer's key is not in this folder (LEEWARD_SERVICE_KEYS), or it is not the one that is announced. "
            "Run this on the workers' account, after `leeward found`; docs/signing.md says what to do if it is lost."
        )


class RecordUnknown(SigningError):
    """There is no record of this number."""


class AlreadyRevoked(SigningError):
    """It was revoked before."""


class KeysUnreadable(SigningError):
    """No key that a record could be checked with."""


class BitsMalformed(SigningError):
    """A status list's bits are not as the standard has them."""
