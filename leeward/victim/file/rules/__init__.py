"""What she tells, how she may be reached and how she wishes to be treated, without Django and its clock."""
