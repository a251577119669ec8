"""What people may type into the directory."""
