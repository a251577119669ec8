"""What happens to signed records: a room asks, the signer signs, a person revokes; and the signer's keys."""
