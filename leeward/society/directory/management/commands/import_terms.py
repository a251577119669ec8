"""`leeward import-terms`: the words by which services are sorted, and what people type for them."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.management.listing import ListCommand, refuse, refusing, tell_notes
from leeward.society.directory.management.terms_in import TermsImport
from leeward.society.directory.operations.places import SynonymRow, save_synonyms
from leeward.society.directory.queries.importing import Verdict, Wins
from leeward.society.directory.queries.places import known_synonyms
from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.rules.words import split_words
from leeward.society.directory.schemas.lists import is_synonyms_file, read_synonyms


class Command(ListCommand):
    help = (
        "Take in a CSV of terms (taxonomy,code,name,description,parent,term_uri,position,synonyms and name_ar, …) "
        "or of synonyms (language,word,means); safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--overwrite",
            action="store_const",
            const=Wins.FILE,
            default=Wins.HERE,
            dest="wins",
            help="take the file's words also for terms that editors changed here since a file was taken in",
        )

    def handle(self, *, file: Path, dry_run: bool, wins: Wins, **_options: object) -> None:
        findings = Findings()
        run = TermsImport(findings, wins)
        with refusing(file):
            if is_synonyms_file(file):
                synonyms = [row for _line, row in read_synonyms(file, findings)]
            else:
                own = settings.LANGUAGE_CODE
                run.read(file, languages=[own, *(code for code, _name in settings.LANGUAGES if code != own)])
                synonyms = run.synonyms
        judged = run.judge()
        tell_notes(findings, self.stdout)
        refuse(findings, "Nothing was taken in.")
        if not dry_run:
            judged = run.write(by=Actor.operator(), now=timezone.now())
        new = _unknown(synonyms)
        if new and not dry_run:
            save_synonyms(new, by=Actor.operator(), now=timezone.now())
        for one in judged:
            if one.why:
                self.stdout.write(f"{one.entry.line.file}, line {one.entry.line.number}: {one.record.code} {one.why}.")
        told = [sum(one.verdict is verdict for one in judged) for verdict in Verdict if verdict is not Verdict.FAULTY]
        self.stdout.write("Terms: new {}, changed {}, as they were {}, kept as they are here {}.".format(*told))
        self.stdout.write(f"Synonyms: new {len(new)}, as they were {len(synonyms) - len(new)}.")
        refuse(findings, "All others were taken in.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")


def _unknown(rows: list[SynonymRow]) -> list[SynonymRow]:
    known = known_synonyms()
    return [row for row in rows if (row.language, " ".join(split_words(row.word)), row.means) not in known]
