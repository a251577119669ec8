"""Rules of the locker: what an entry says, how long it is kept, and how its custody is proven."""
