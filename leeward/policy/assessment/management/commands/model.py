import json

from django.core.management.base import BaseCommand, CommandParser

from leeward.policy.assessment.queries.model import current_model
from leeward.policy.assessment.records import row_record
from leeward.policy.assessment.rules.model import count_columns


class Command(BaseCommand):
    help = "Show the national model: its rows, how many items each has, and with --json every row with its items."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, **options: object) -> None:
        model = current_model()
        if options["json"]:
            self.stdout.write(json.dumps([row_record(row) for row in model.rows], ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{model.title}, edition {model.edition}: {len(model.rows)} rows, {len(model.items)} items")
        for row in model.rows:
            counts = "/".join(str(count) for count in count_columns(row.items).values())
            self.stdout.write(f"  {row.id}  {counts:<7}  {row.title}")
        self.stdout.write("Numbers: outcomes/best practice/essential. `leeward model --json` prints every item.")
