import json

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from leeward.policy.assessment.queries.evidence import run_all
from leeward.policy.assessment.records import evidence_record


class Command(BaseCommand):
    help = "Run every live query and show its value, unit, date and scope; --json prints them for programs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, **options: object) -> None:
        found = run_all(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps([evidence_record(each) for each in found], ensure_ascii=False, indent=2))
            return
        for each in found:
            value = each.no_value.label if each.no_value else f"{each.value} {each.query.unit}"
            self.stdout.write(f"{each.query.name}: {value}  ({each.on.isoformat()}; {each.query.scope})")
