"""Records that strangers can check: W3C Verifiable Credentials, signed by a worker that alone holds the key (V2)."""
