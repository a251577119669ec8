"""Takes a list of terms in, by their codes: judged and written as the terms of a package are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.operations.importing import take_in
from leeward.society.directory.operations.places import SynonymRow
from leeward.society.directory.queries.importing import Judged, Terms, Wins, judge
from leeward.society.directory.queries.sorting import all_taxonomies
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.columns import translated
from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.rules.limits import NAME_LENGTH, TERM_DEPTH_MOST
from leeward.society.directory.rules.records import PARTS, TermRecord, Translation
from leeward.society.directory.rules.tables import TERM, Table
from leeward.society.directory.rules.unpacking import Entry, Line
from leeward.society.directory.rules.words import split_words
from leeward.society.directory.schemas.lists import ListLine, read_terms

BETWEEN = "|"  # several synonyms in one cell


class TermsImport:
    """One list of terms, and the synonyms that stand in it."""

    def __init__(self, findings: Findings, wins: Wins) -> None:
        self.synonyms: list[SynonymRow] = []
        self._findings = findings
        self._entries: dict[UUID, Entry[TermRecord]] = {}
        self._terms = Terms(wins=wins, in_file=self._in_file, confidential_in_file=lambda _ids: set())

    def read(self, path: Path, *, languages: Sequence[str]) -> None:
        """Read a file; the first language is that of its own words. What is wrong goes into the findings.

        Raises Unreadable and OSError.
        """
        taxonomies, terms = all_taxonomies()
        families = {family.code: family.id for family in taxonomies}
        here = {(term.taxonomy_id, term.code): term for term in terms}
        lines: dict[tuple[UUID, str], ListLine] = {}
        for line in read_terms(path, self._findings, languages=languages):
            family = families.get(line.values["taxonomy"].strip())
            if family is None:
                how = f"Use one of: {', '.join(families) or 'none is here; run leeward found-directory'}."
                self._findings.add(line.fault("taxonomy", "There is no such taxonomy here.", how))
            elif (family, line.values["code"].strip()) in lines:
                self._findings.add(line.fault("code", "This code stands in the file twice.", "Keep one line."))
            else:
                lines[family, line.values["code"].strip()] = line
        ids = {key: here[key].id if key in here else uuid5(PARTS, f"{key[0]}/term/{key[1]}") for key in lines}
        known = {key: term.id for key, term in here.items()} | ids
        for key, line in sorted(lines.items(), key=lambda pair: self._depth(pair[0], lines)):
            self._add(key, line, known, here.get(key), languages)

    def judge(self) -> tuple[Judged[TermRecord], ...]:
        """Say what would become of each term; what is wrong is in the findings."""
        return self._remember(judge(TERM, list(self._entries.values()), self._terms))

    def write(self, *, by: Actor, now: datetime) -> tuple[Judged[TermRecord], ...]:
        """Write the terms, all at once."""
        return self._remember(take_in(TERM, list(self._entries.values()), self._terms, by=by, now=now))

    def _in_file(self, table: Table, ids: Iterable[UUID]) -> set[UUID]:
        return set(ids) & set(self._entries) if table is TERM else set()

    def _remember(self, judged: tuple[Judged[TermRecord], ...]) -> tuple[Judged[TermRecord], ...]:
        for one in judged:
            for fault in one.faults:
                self._findings.add(fault)
        return judged

    def _depth(self, key: tuple[UUID, str], lines: dict[tuple[UUID, str], ListLine]) -> int:
        """How deep a term stands in the file; too deep for one that stands under itself, which is said."""
        depth, step = 0, key
        while step in lines and depth <= TERM_DEPTH_MOST:
            depth, step = depth + 1, (step[0], lines[step].values["parent"].strip())
        if depth > TERM_DEPTH_MOST:
            what = f"It stands under itself, or more than {TERM_DEPTH_MOST} levels deep."
            self._findings.add(lines[key].fault("parent", what, "Choose another parent."))
        return depth

    def _add(
        self,
        key: tuple[UUID, str],
        line: ListLine,
        known: dict[tuple[UUID, str], UUID],
        here: TermRecord | None,
        languages: Sequence[str],
    ) -> None:
        values = line.values
        family, code = key
        parent = values["parent"].strip()
        if parent and (family, parent) not in known:
            what = f"There is no term {parent!r} in this taxonomy."
            self._findings.add(line.fault("parent", what, "Add it to the file, or leave the cell empty."))
            return
        others = languages[1:]
        names = translated(TermRecord)
        texts = {language: {name: values[f"{name}_{language}"] for name in names} for language in others}
        given = {(lang, name) for lang in others for name in names if f"{name}_{lang}" in line.columns}
        translations = tuple(
            one for one in (here.translations if here else ()) if (one.language, one.field) not in given
        ) + tuple(
            Translation(language=language, field=name, text=text)
            for language, some in texts.items()
            for name, text in some.items()
            if text.strip()
        )
        record = TermRecord(
            id=known[key],
            taxonomy_id=family,
            code=code,
            name=values["name"],
            description=values["description"].strip() or (here.description if here else values["name"]),
            parent_id=known[family, parent] if parent else None,
            term_uri=values["term_uri"],
            position=values["position"] or 0,
            translations=translations,
        )
        where = Line(table=TERM, number=line.number, cells={}, file=line.file)
        fields: set[str] = {name for name in ("name", "description", "term_uri", "position") if name in line.columns}
        fields |= {"parent_id"} if "parent" in line.columns else set()
        fields |= {"translations"} if given and _differ(translations, here) else set()
        entry = Entry(
            record=record, fields=frozenset(fields), files=frozenset({TERM.name}), modified_at=None, lines={"": where}
        )
        for error in check_record(record):
            self._findings.add(entry.fault(error))
        self._entries[record.id] = entry
        self._add_synonyms(line, f"{values['taxonomy'].strip()}:{code}", languages)

    def _add_synonyms(self, line: ListLine, means: str, languages: Sequence[str]) -> None:
        cells = {languages[0]: line.values["synonyms"]}
        cells |= {language: line.values[f"synonyms_{language}"] for language in languages[1:]}
        for language, cell in cells.items():
            column = "synonyms" if language == languages[0] else f"synonyms_{language}"
            for word in filter(None, (part.strip() for part in cell.split(BETWEEN))):
                if not split_words(word) or len(word) > NAME_LENGTH:
                    how = f"Write words of at most {NAME_LENGTH} characters, with {BETWEEN} between the synonyms."
                    self._findings.add(line.fault(column, "One of the synonyms is none.", how))
                else:
                    self.synonyms.append(SynonymRow(language=language, word=word, means=means))


def _differ(translations: tuple[Translation, ...], here: TermRecord | None) -> bool:
    """Whether there is another text; their order alone says nothing."""
    return here is None or set(translations) != set(here.translations)
