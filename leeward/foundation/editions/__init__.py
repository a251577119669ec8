"""What two people publish and nobody changes from then on; and the pages of the public log, by which it is checked."""
