"""Staff: who they are, how they sign in, and which pages their role opens."""
