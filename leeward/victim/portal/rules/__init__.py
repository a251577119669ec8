"""Rules of the portal: answers at the gate, what may come in, tokens, visits, the small sum."""
