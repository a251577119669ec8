"""What a person sees of the helpline: the way in, what is written, and what stays theirs to decide."""
