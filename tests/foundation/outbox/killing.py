"""A process is killed at a step that the mail server sees, or after a while."""

import signal
import threading
from dataclasses import dataclass, field


@dataclass
class Killer:
    """Kills the courier at the n-th time that the mail server gets to a step, or after a while."""

    step: str = ""
    left: int = 0
    pause: float = 0.0
    victim: int = -1
    kills: int = 0
    timers: list[threading.Timer] = field(default_factory=list)

    def note(self, step: str) -> None:
        if step == self.step:
            self.left -= 1
            if self.left == 0:
                self.strike_after(self.pause)

    def strike_after(self, seconds: float) -> None:
        if not seconds:
            self.strike()
            return
        timer = threading.Timer(seconds, self.strike)
        self.timers.append(timer)
        timer.start()

    def strike(self) -> None:
        try:
            signal.pidfd_send_signal(self.victim, signal.SIGKILL)
        except ProcessLookupError:
            return  # it had already ended
        self.kills += 1
