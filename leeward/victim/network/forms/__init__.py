"""What people type and choose about members and referrals."""
