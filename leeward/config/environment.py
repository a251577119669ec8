"""Reads everything that may differ between two installations, from the environment, once.

Production is the default, and nothing is made up for it: a missing setting stops the start, and the message names it.
The demonstration must be asked for (LEEWARD_ENV=demo) and then needs nothing else: what it lacks is made and kept in
the data folder.
"""

import base64
import binascii
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from leeward.config.files import make_private_folder
from leeward.foundation.accounts.errors import ProvidersMalformed
from leeward.foundation.accounts.providers import Provider, read_providers
from leeward.foundation.accounts.rules import SignInPolicy
from leeward.foundation.notary.errors import NoteMalformed
from leeward.foundation.notary.rules.witnesses import Witness, read_policy
from leeward.foundation.outbox.errors import AddressRefused, ServerMalformed
from leeward.foundation.outbox.rules.addresses import check_address
from leeward.foundation.outbox.rules.servers import MailServer, read_mail_server
from leeward.foundation.stamps.errors import AuthorityMalformed
from leeward.foundation.stamps.rules.authorities import Authority, read_certificates
from leeward.foundation.vault.rules.lanes import MEMORY_MIB, PLACES_LEAST, PLACES_MOST, places_by_default
from leeward.foundation.web.nation import Nation, NationMalformed, read_nation
from leeward.policy.assessment.errors import ModelMalformed
from leeward.policy.assessment.rules.loading import Extension, read_extension, shipped_model
from leeward.society.directory.rules.tables import LICENCE_DEFAULT, LICENCES, Licence
from leeward.victim.helpline.errors import BasesMalformed, InstrumentMalformed
from leeward.victim.helpline.rules.instruments import Instrument, read_instruments
from leeward.victim.helpline.rules.overrides import Basis, read_bases

DATA_FOLDER_DEFAULT = "leeward-data"
SECRETS_FILE = "secrets.json"
SECRET_NAMES = ("LEEWARD_SECRET_KEY", "LEEWARD_CODE_PEPPER", "LEEWARD_SIGNING_KEY", "LEEWARD_INDEX_KEY")
# Secrets that came later: a demonstration that was set up before them gets fresh ones beside those that it has.
LATER_SECRET_NAMES = ("LEEWARD_INDEX_KEY",)
PRODUCTION_NAMES = (*SECRET_NAMES, "DATABASE_URL", "LEEWARD_HOSTS", "LEEWARD_NATION_FILE", "LEEWARD_PROXIES")
# Secrets that were published by mistake, in earlier versions of this repository, by their SHA-256: anybody has them.
LEAKED = frozenset(
    {
        "b656d1690715d1b43fae8f5b3c1270be1b107840b0345c7fa8f84c2f99f8fd5f",
        "cfc4850c29f4cc68f4bcb5cf054d37029b52b2a08f4900a3883be8372647df59",
        "6bddc00707b50b8e04e14da9cf45e035d0ef404dc52ceca3b9383f88c15868b2",
        "951771c5a95f84ab48f7f574b08ec445bbb615ec28bcabc33cff77f1cff7e877",
    }
)
# More in a row than anybody runs: a larger number is a slip, and would let callers choose their own address.
PROXIES_MOST = 5
MADE_UP_NATION = Path(__file__).with_name("data") / "fairhaven.json"
MADE_UP_LAWS = Path(__file__).with_name("data") / "overrides.yaml"
SIGNING_KEY_BYTES = 32


class EnvironmentIncomplete(Exception):
    """The environment lacks something without which it is not safe to start."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One installation's settings. Secrets are text; `signing_key` is the 32 byte seed of an Ed25519 key."""

    production: bool
    data: Path
    database_url: str
    hosts: tuple[str, ...]
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    code_pepper: str
    signing_key: bytes
    index_key: str
    service_keys: Path
    founding_key: Path
    locker_pieces: Path
    nation: Nation
    model_extension: Extension | None
    instruments: tuple[Instrument, ...]
    overrides: tuple[Basis, ...]
    exit_url: str
    port: int
    proxies: int
    slow_hashes: int
    demo_site_url: str
    url: str
    clock_pace: float
    staff_sign_in: SignInPolicy
    providers: tuple[Provider, ...]
    mail_server: MailServer | None
    mail_from: str
    neutral_from: str
    open_data_licence: Licence
    stamp_authority: Authority | None
    witnesses: tuple[Witness, ...]

    @property
    def user_agent(self) -> str:
        """Who we say we are to sites that we fetch from, and where to find us."""
        return f"Leeward/1 (removal desk; +https://{_own_host(self.hosts)}/)"


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Build the installation's settings from `variables` (usually `os.environ`).

    Raises EnvironmentIncomplete, naming what is missing or malformed and how to set it.
    """
    mode = variables.get("LEEWARD_ENV") or "production"
    if mode not in ("demo", "production"):
        raise EnvironmentIncomplete(f"LEEWARD_ENV is {mode!r}. Set it to 'demo' or 'production'.")
    production = mode == "production"
    data = Path(variables.get("LEEWARD_DATA") or DATA_FOLDER_DEFAULT).absolute()
    if production:
        _require(variables, PRODUCTION_NAMES)
        _refuse_leaked(variables)
        kept: Mapping[str, str] = variables
    else:
        kept = {**_kept_secrets(data), **{name: variables[name] for name in SECRET_NAMES if variables.get(name)}}
    hosts = _hosts(variables.get("LEEWARD_HOSTS", "localhost,127.0.0.1,[::1]"))
    return Environment(
        production=production,
        data=data,
        database_url=variables.get("DATABASE_URL") or f"sqlite:///{data / 'leeward.sqlite3'}",
        hosts=hosts,
        secret_key=kept["LEEWARD_SECRET_KEY"],
        secret_key_fallbacks=tuple(variables.get("LEEWARD_SECRET_KEY_FALLBACKS", "").split()),
        code_pepper=kept["LEEWARD_CODE_PEPPER"],
        signing_key=_signing_key(kept["LEEWARD_SIGNING_KEY"]),
        index_key=kept["LEEWARD_INDEX_KEY"],
        service_keys=Path(variables.get("LEEWARD_SERVICE_KEYS") or data / "service-keys").absolute(),
        founding_key=Path(variables.get("LEEWARD_FOUNDING_KEY") or data / "founding.key").absolute(),
        locker_pieces=Path(variables.get("LEEWARD_LOCKER_PIECES") or data / "locker").absolute(),
        nation=_nation(Path(variables.get("LEEWARD_NATION_FILE") or MADE_UP_NATION)),
        model_extension=_model_extension(variables.get("LEEWARD_MODEL_FILE", "")),
        instruments=_instruments(variables.get("LEEWARD_INSTRUMENTS", "")),
        overrides=_overrides(variables.get("LEEWARD_OVERRIDES", ""), production=production),
        exit_url=variables.get("LEEWARD_EXIT_URL", "https://www.wikipedia.org/"),
        port=_port(variables.get("PORT", "8000")),
        proxies=_proxies(variables.get("LEEWARD_PROXIES", ""), production=production),
        slow_hashes=_slow_hashes(variables.get("LEEWARD_SLOW_HASHES", "")),
        demo_site_url=variables.get("LEEWARD_DEMO_SITE_URL", ""),
        url=_url(variables, hosts=hosts, production=production),
        clock_pace=_clock_pace(variables.get("LEEWARD_CLOCK_PACE", ""), production=production),
        mail_server=_mail_server(variables),
        mail_from=_sender("LEEWARD_MAIL_FROM", variables, default=f"desk@{_own_host(hosts)}"),
        neutral_from=_sender("LEEWARD_NEUTRAL_FROM", variables, default=f"info@{_own_host(hosts)}"),
        open_data_licence=_licence(variables.get("LEEWARD_OPEN_DATA_LICENCE", "") or LICENCE_DEFAULT),
        stamp_authority=_stamp_authority(variables, production=production),
        witnesses=_witnesses(variables, production=production),
        staff_sign_in=_staff_sign_in(variables.get("LEEWARD_STAFF_SIGN_IN", ""), production=production),
        providers=_providers(variables.get("LEEWARD_OIDC_FILE", ""), production=production),
    )


def make_secrets() -> dict[str, str]:
    """Fresh values for every secret that an installation needs."""
    return {
        "LEEWARD_SECRET_KEY": secrets.token_urlsafe(48),
        "LEEWARD_CODE_PEPPER": secrets.token_urlsafe(32),
        "LEEWARD_SIGNING_KEY": base64.b64encode(secrets.token_bytes(SIGNING_KEY_BYTES)).decode(),
        "LEEWARD_INDEX_KEY": secrets.token_urlsafe(32),
    }


def _require(variables: Mapping[str, str], names: tuple[str, ...]) -> None:
    missing = [name for name in names if not variables.get(name)]
    if missing:
        raise EnvironmentIncomplete(
            f"Leeward cannot start in production without {', '.join(missing)}. "
            "Set each in the environment; `leeward make-secrets` prints fresh values for the secrets. "
            "LEEWARD_ENV=demo runs a demonstration with a made-up nation, which needs none of them."
        )


def _refuse_leaked(variables: Mapping[str, str]) -> None:
    """Secrets that anybody can read in this repository's history protect nobody."""
    for name in (*SECRET_NAMES, "LEEWARD_SECRET_KEY_FALLBACKS"):
        if any(hashlib.sha256(text.encode()).hexdigest() in LEAKED for text in variables.get(name, "").split()):
            raise EnvironmentIncomplete(
                f"{name} is a value that was published with an earlier version of Leeward: everybody knows it. "
                "`leeward make-secrets` prints a fresh one; docs/operating/keys.md says how to change it."
            )


def _kept_secrets(data: Path) -> dict[str, str]:
    """The demonstration's secrets, made on the first start and kept readable by their owner alone."""
    path = data / SECRETS_FILE
    if not path.exists():
        make_private_folder(data)
        draft = _draft(path, content=make_secrets())
        try:
            os.link(draft, path)  # whoever links first wins; the others read the winner's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept = _read_secrets(path)
    if any(not kept.get(name) for name in LATER_SECRET_NAMES):
        kept = _complete_secrets(path)
    _require(kept, SECRET_NAMES)
    return kept


def _complete_secrets(path: Path) -> dict[str, str]:
    """Add what came later, once: of two starts at the same time, the second reads what the first has written."""
    with path.open(encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        kept = _read_secrets(path)
        fresh = make_secrets()
        missing = {name: fresh[name] for name in LATER_SECRET_NAMES if not kept.get(name)}
        if missing:
            kept = {**kept, **missing}
            _draft(path, content=kept).replace(path)
    return kept


def _draft(path: Path, *, content: Mapping[str, str]) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(dict(content)), encoding="utf-8")
    return draft


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise EnvironmentIncomplete(
            f"{path} is damaged. Restore it from a backup, or remove the whole folder."
        ) from error
    return kept


def _nation(path: Path) -> Nation:
    try:
        return read_nation(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_NATION_FILE: {path} cannot be read ({error}).") from error
    except NationMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_NATION_FILE: {path} cannot be used. {error}") from error


def _model_extension(path: str) -> Extension | None:
    """What this country adds to the national model and scopes out; None without a file."""
    if not path:
        return None
    try:
        return read_extension(Path(path).read_text(encoding="utf-8"), model=shipped_model())
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_MODEL_FILE: {path} cannot be read ({error}).") from error
    except ModelMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_MODEL_FILE: {path} cannot be used.\n{error}") from error


def _instruments(path: str) -> tuple[Instrument, ...]:
    """The lists of questions about danger that this country adds; none without a folder."""
    if not path:
        return ()
    try:
        texts = {each.name: each.read_text(encoding="utf-8") for each in Path(path).iterdir() if each.suffix == ".yaml"}
        return read_instruments(texts)
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_INSTRUMENTS: {path} cannot be read ({error}).") from error
    except InstrumentMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_INSTRUMENTS: {path} cannot be used.\n{error}") from error


def _overrides(path: str, *, production: bool) -> tuple[Basis, ...]:
    """The laws under which something may be passed on without a yes; none without a file."""
    if not path and production:
        return ()
    try:
        found = read_bases(Path(path or MADE_UP_LAWS).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_OVERRIDES: {path} cannot be read ({error}).") from error
    except BasesMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_OVERRIDES: {path} cannot be used.\n{error}") from error
    made_up = ", ".join(each.code for each in found if each.is_made_up)
    if production and made_up:
        raise EnvironmentIncomplete(f"LEEWARD_OVERRIDES: {path} has laws that are made up: {made_up}.")
    return found


def _staff_sign_in(text: str, *, production: bool) -> SignInPolicy:
    if not text:
        return SignInPolicy.PASSKEY if production else SignInPolicy.PASSPHRASE
    try:
        return SignInPolicy(text)
    except ValueError as error:
        raise EnvironmentIncomplete(
            f"LEEWARD_STAFF_SIGN_IN is {text!r}. Set it to 'passkey' or 'passphrase'."
        ) from error


def _providers(path: str, *, production: bool) -> tuple[Provider, ...]:
    try:
        return read_providers(Path(path), production=production) if path else ()
    except ProvidersMalformed as error:
        raise EnvironmentIncomplete(str(error)) from error


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(host.strip() for host in text.split(",") if host.strip())


def _own_host(hosts: tuple[str, ...]) -> str:
    """The first host that is one name, and not a pattern for several."""
    return next((host for host in hosts if not host.startswith((".", "*", "["))), "localhost")


def _mail_server(variables: Mapping[str, str]) -> MailServer | None:
    """The server that carries our mail; without one, mail is not sent and says so."""
    url, path = variables.get("LEEWARD_SMTP_URL", ""), variables.get("LEEWARD_SMTP_CREDENTIALS", "")
    if not url:
        return None
    try:
        return read_mail_server(url, credentials=Path(path).read_text(encoding="utf-8") if path else "")
    except ServerMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_SMTP_URL: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_SMTP_CREDENTIALS: {path} cannot be read ({error}).") from error


def _sender(name: str, variables: Mapping[str, str], *, default: str) -> str:
    try:
        return check_address(variables.get(name) or default)
    except AddressRefused as error:
        raise EnvironmentIncomplete(f"{name}: {error}") from error


def _url(variables: Mapping[str, str], *, hosts: tuple[str, ...], production: bool) -> str:
    """Where this installation is found, for links in mails: without a slash at its end."""
    default = f"https://{_own_host(hosts)}" if production else f"http://127.0.0.1:{variables.get('PORT', '8000')}"
    url = (variables.get("LEEWARD_URL") or default).rstrip("/")
    if not url.startswith(("https://", "http://")) or (production and not url.startswith("https://")):
        raise EnvironmentIncomplete(f"LEEWARD_URL is {url!r}. Set it to the installation's own https address.")
    return url


def _licence(name: str) -> Licence:
    if name not in LICENCES:
        raise EnvironmentIncomplete(f"LEEWARD_OPEN_DATA_LICENCE is {name!r}. Set it to one of: {', '.join(LICENCES)}.")
    return LICENCES[name]


def _stamp_authority(variables: Mapping[str, str], *, production: bool) -> Authority | None:
    """Who stamps for the nation (RFC 3161); without one, our clock and the public log say how old something is."""
    url, path = variables.get("LEEWARD_STAMPS_URL", ""), variables.get("LEEWARD_STAMPS_CERTIFICATES", "")
    if not url and not path:
        return None
    if not url.startswith(("https://", "http://")) or (production and not url.startswith("https://")):
        raise EnvironmentIncomplete(f"LEEWARD_STAMPS_URL is {url!r}. Set it to the authority's https address.")
    try:
        return Authority(url=url, certificates=read_certificates(Path(path).read_text(encoding="ascii")))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_STAMPS_CERTIFICATES: {path!r} cannot be read ({error}).") from error
    except AuthorityMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_STAMPS_CERTIFICATES: {path} cannot be used. {error}") from error


def _witnesses(variables: Mapping[str, str], *, production: bool) -> tuple[Witness, ...]:
    """Who cosigns the public log; without any, whoever compares checkpoints sees a second history."""
    path = variables.get("LEEWARD_WITNESSES", "")
    if not path:
        return ()
    try:
        found = read_policy(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentIncomplete(f"LEEWARD_WITNESSES: {path!r} cannot be read ({error}).") from error
    except NoteMalformed as error:
        raise EnvironmentIncomplete(f"LEEWARD_WITNESSES: {path} cannot be used. {error}") from error
    if production and any(not each.url.startswith("https://") for each in found):
        raise EnvironmentIncomplete(f"LEEWARD_WITNESSES: {path} names a witness without an https address.")
    return found


def _clock_pace(text: str, *, production: bool) -> float:
    """How many times faster the desk's clocks run than real ones: 1, but for a demonstration that says so."""
    try:
        pace = float(text or 1)
    except ValueError:
        pace = 0.0
    if not 1 <= pace <= 100_000 or (production and pace != 1):
        raise EnvironmentIncomplete(
            f"LEEWARD_CLOCK_PACE is {text!r}. It is for demonstrations: a number from 1 to 100000, and 1 in production."
        )
    return pace


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise EnvironmentIncomplete(f"PORT is {text!r}. Set it to a whole number from 1 to 65535.")
    return int(text)


def _proxies(text: str, *, production: bool) -> int:
    """How many proxies of ours stand in front, each of which appends one address to X-Forwarded-For.

    In production at least one: it waits until a request is whole before it hands it on. Without it, forty callers who
    send their forms a byte at a time keep everybody else out.
    """
    least = 1 if production else 0
    if not (text or "0").isdecimal() or not least <= int(text or 0) <= PROXIES_MOST:
        raise EnvironmentIncomplete(
            f"LEEWARD_PROXIES is {text!r}. Set it to how many proxies of your own stand one behind the other in front "
            f"of Leeward, from {least} to {PROXIES_MOST}: usually 1."
            + (
                " Leeward does not run in production without one that takes in each request whole before it passes it "
                "on, such as nginx; docs/operating/proxy.md has an example."
                if production
                else ""
            )
        )
    return int(text or 0)


def _slow_hashes(text: str) -> int:
    """How many slow hashes may run at once on this machine, in all lanes and web processes."""
    if not text:
        return places_by_default(cores=len(os.sched_getaffinity(0)))
    if not text.isdecimal() or not PLACES_LEAST <= int(text) <= PLACES_MOST:
        raise EnvironmentIncomplete(
            f"LEEWARD_SLOW_HASHES is {text!r}. Set it to a whole number from {PLACES_LEAST} to {PLACES_MOST}, "
            f"or leave it out: each holds {MEMORY_MIB} MiB while it runs."
        )
    return int(text)


def _signing_key(text: str) -> bytes:
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != SIGNING_KEY_BYTES:
        raise EnvironmentIncomplete(
            "LEEWARD_SIGNING_KEY must be 32 bytes in base64. `leeward make-secrets` prints a fresh one."
        )
    return seed
