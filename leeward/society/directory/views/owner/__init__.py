"""The pages of a service's owner, who comes by a link in a mail and has no account."""
