"""The helpline: somebody answers, stays until the thing is done, and she sees who can read it."""
