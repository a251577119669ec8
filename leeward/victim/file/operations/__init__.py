"""What is done with her file: how she may be told that there is news, and the telling."""
