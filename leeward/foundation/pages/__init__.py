"""Texts for everybody that officers write: in editions by two people, with references to what other rooms know."""
