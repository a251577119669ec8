"""`leeward check-lesson FILE`: every mistake of a lesson's file, with its line and the way out."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.lessons.errors import LessonMalformed
from leeward.foundation.lessons.rules.reading import read_lesson


class Command(BaseCommand):
    help = "Check a lesson's file before it is given to people: name each mistake with its line and place."
    requires_system_checks = ()  # authors have no installation to look at

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the lesson, a YAML file; docs/lessons.md says how it is written")

    def handle(self, *, file: Path, **_options: object) -> None:
        try:
            lesson = read_lesson(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read ({error}).") from error
        except LessonMalformed as error:
            raise CommandError("\n".join(error.problems), returncode=1) from error
        self.stdout.write(
            f"{lesson.slug}, version {lesson.version}: {len(lesson.pages)} pages, {len(lesson.questions)} questions; "
            "every page is reached and leads to an end."
        )
