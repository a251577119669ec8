"""`leeward after-restore`: what must be done once when a database was put back from a back-up."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import begin_epoch
from leeward.industry.bank.queries import feed_stamp, platform_desk
from leeward.industry.bank.rules import Door
from leeward.industry.platforms.queries import all_partners

# Far beyond any clock, and well within what both databases and the protocol's clients keep.
LAST_STAMP_MOST = 10**11


class Command(BaseCommand):
    help = "Once after a back-up was restored, before anything is started: partners begin again, so none misses a hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--last-stamp",
            type=int,
            default=0,
            metavar="SECONDS",
            help="the largest nextSetTimestamp that a partner holds, if one is later than the clock of this machine",
        )

    def handle(self, *, last_stamp: int, **_options: object) -> None:
        if not 0 <= last_stamp <= LAST_STAMP_MOST:
            raise CommandError(f"--last-stamp is a number of seconds since 1970, at most {LAST_STAMP_MOST}.")
        now = timezone.now()
        epoch = begin_epoch(by=Actor.operator(), last_stamp=last_stamp, now=now)
        self.stdout.write(f"The feed has begun another history, {epoch}.")
        self.stdout.write(f"What is published from now on is stamped {feed_stamp()} or later.")
        desks = {partner.name: platform_desk(partner, now=now) for partner in all_partners()}
        came = {name: desk.door for name, desk in desks.items() if desk.last_fetch_at is not None}
        modern = [name for name, door in came.items() if door is Door.MODERN]
        stock = [name for name, door in came.items() if door is Door.STOPNCII]
        self.stdout.write(f"Begin again by themselves: {', '.join(modern) or 'nobody'}.")
        self.stdout.write(f"Go on by time, and are given what they lack: {', '.join(stock) or 'nobody'}.")
        if stock:
            self.stdout.write(
                "Of these, ask who runs a client other than ours to clear what it has drawn and to fetch again: hashes "
                "that were lost with the database cannot be withdrawn from it."
            )
