"""What members, the helpline, the person and the forwarder do with referrals."""
