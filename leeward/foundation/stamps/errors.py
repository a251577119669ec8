"""What can go wrong with stamps.

StampsError
├── AuthorityMalformed   the authority's address or its certificates cannot be used
├── AuthoritySilent      the authority did not answer, or refused
├── WitnessSilent        a witness of the public log did not answer, or did not cosign
└── TokenRefused         a token is not the authority's, or is of something else
"""


class StampsError(Exception):
    """Something about stamps could not be done."""


class AuthorityMalformed(StampsError):
    """The authority's address or its certificates cannot be used; the message says why."""


class AuthoritySilent(StampsError):
    """The stamping authority did not answer, or gave no token."""


class WitnessSilent(StampsError):
    """A witness of the public log did not answer, or did not cosign."""


class TokenRefused(StampsError):
    """A token does not hold: another signer, another digest, or no token at all."""
