"""Gives a directory the words with which it begins. Safe to repeat: what is there already stays as editors made it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.models import Synonym, Taxonomy, Term
from leeward.society.directory.operations.places import save_synonyms
from leeward.society.directory.operations.taxonomy import save_taxonomy, save_term
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.shipped import ShippedTaxonomy, shipped_synonyms, shipped_taxonomies
from leeward.society.directory.rules.words import split_words


@dataclass(frozen=True, kw_only=True)
class Founded:
    """How much was added."""

    taxonomies: int
    terms: int
    synonyms: int


@transaction.atomic
def found_directory(*, by: Actor, now: datetime) -> Founded:
    """Add the taxonomies, terms and synonyms that ship and are not there yet."""
    known = set(Taxonomy.objects.values_list("code", flat=True))
    added = [family for family in shipped_taxonomies() if family.record.code not in known]
    for family in added:
        save_taxonomy(family.record, source=Source.SYSTEM, by=by, now=now)
    return Founded(
        taxonomies=len(added),
        terms=sum(_add_terms(family, by=by, now=now) for family in shipped_taxonomies()),
        synonyms=_add_synonyms(by=by, now=now),
    )


def _add_terms(family: ShippedTaxonomy, *, by: Actor, now: datetime) -> int:
    """Add the terms of a taxonomy whose ids are unknown here and whose codes are free."""
    own = Taxonomy.objects.filter(public_id=family.record.id).first()
    if own is None:  # a taxonomy of the installation's own has this code, and says what it holds
        return 0
    codes = set(own.terms.values_list("code", flat=True))
    ids = set(Term.objects.values_list("public_id", flat=True))
    missing = [term for term in family.terms if term.code not in codes and term.id not in ids]
    for term in missing:
        # Where editors took away what it stood under, it stands by itself.
        placed = term if term.parent_id in ids else replace(term, parent_id=None)
        save_term(placed, source=Source.SYSTEM, by=by, now=now)
        ids.add(term.id)
    return len(missing)


def _add_synonyms(*, by: Actor, now: datetime) -> int:
    known = set(Synonym.objects.values_list("language", "word", "means"))
    rows = [
        row for row in shipped_synonyms() if (row.language, " ".join(split_words(row.word)), row.means) not in known
    ]
    if rows:
        save_synonyms(rows, by=by, now=now)
    return len(rows)
