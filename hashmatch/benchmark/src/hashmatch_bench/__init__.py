"""Speed side by side: hashmatch and the other exact indexes of the field, in one run; no platform installs this."""
