"""The made-up nation's mail: takes what the removal desk sends, and keeps it in a folder for the visitor to read."""

import argparse
import re
import signal
import sys
import threading
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 5 * 1024 * 1024


class Postbox:
    """Keeps every mail as one file, named by its Message-ID."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Take one mail."""
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        name = re.sub(r"[^0-9A-Za-z-]", "", str(message["Message-ID"] or "").split("@")[0])[:60] or "mail"
        draft = self._folder / f".{name}"
        draft.write_bytes(content)
        draft.replace(self._folder / f"{name}.eml")
        return "250 Kept"


def main() -> None:
    """Take mail until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, type=Path, help="where mails are kept")
    parser.add_argument("--port", required=True, type=int)
    options = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    controller = Controller(
        Postbox(options.folder), hostname="127.0.0.1", port=options.port, data_size_limit=SIZE_LIMIT
    )
    controller.start()
    print(f"The postbox takes mail at 127.0.0.1:{options.port}", flush=True)
    stopped.wait()
    controller.stop()
    sys.exit(0)


if __name__ == "__main__":
    main()
