"""The portal's pages: the gate, choosing and sending, pasting, and the pages under a code."""
