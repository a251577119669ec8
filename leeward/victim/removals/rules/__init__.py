"""The removal desk's pure decisions: what is reported, asked, answered, due and next, without Django and its clock."""
