"""The helpline's rules, without Django and its clock."""
