"""What she tells and how she may be reached, without Django and its clock."""
