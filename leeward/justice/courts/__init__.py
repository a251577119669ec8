"""Courts' orders: recorded, served, seen done; what platforms can check and the desk may send for one (P2.B3, C1)."""
