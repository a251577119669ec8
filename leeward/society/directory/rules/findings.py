"""What was found while files were read: faults and notes, as many as anybody reads and a count of the others."""

from collections import Counter
from dataclasses import dataclass, field

from leeward.society.directory.rules.unpacking import Fault

KEPT_MOST = 1_000


@dataclass
class Findings:
    """Faults stop a file from being taken in; notes say what is passed over or stays as it is."""

    faults: list[Fault] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    total: int = 0
    is_broken: bool = False  # a file could not be read to its end: what refers to it cannot be judged

    def add(self, fault: Fault) -> None:
        """One fault more."""
        self.total += 1
        if len(self.faults) < KEPT_MOST:
            self.faults.append(fault)

    def break_off(self, fault: Fault) -> None:
        """A fault behind which its file was not read."""
        self.is_broken = True
        self.add(fault)

    def note(self, text: str, count: int = 1) -> None:
        """Something that is passed over."""
        if text in self.notes or len(self.notes) < KEPT_MOST:
            self.notes[text] += count

    def in_order(self) -> list[Fault]:
        """The faults as they stand in their files."""
        return sorted(self.faults, key=lambda fault: (fault.file, fault.line, fault.column))
