"""Settings come from the environment: safe defaults for the demonstration, nothing made up in production."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from leeward.config import environment as environment_module
from leeward.config.environment import (
    MADE_UP_NATION,
    PRODUCTION_NAMES,
    SECRET_NAMES,
    EnvironmentIncomplete,
    make_secrets,
    read_environment,
)

PRODUCTION = {
    **make_secrets(),
    "LEEWARD_ENV": "production",
    "DATABASE_URL": "postgres://leeward@db/leeward",
    "LEEWARD_HOSTS": "leeward.example, www.leeward.example",
    "LEEWARD_NATION_FILE": str(MADE_UP_NATION),
    "LEEWARD_PROXIES": "1",
}


def test_the_demonstration_needs_no_variable_and_keeps_its_secrets(tmp_path: Path) -> None:
    first = read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)})
    second = read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)})
    assert first == second
    assert not first.production
    assert first.database_url == f"sqlite:///{tmp_path / 'leeward.sqlite3'}"
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_a_demonstration_from_before_a_secret_gets_it_once(tmp_path: Path) -> None:
    older = {name: value for name, value in make_secrets().items() if name != "LEEWARD_INDEX_KEY"}
    (tmp_path / "secrets.json").write_text(json.dumps(older), encoding="utf-8")
    first = read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)})
    assert first.index_key
    assert first.secret_key == older["LEEWARD_SECRET_KEY"]
    assert read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)}) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_only_what_came_later_is_made_up_beside_older_secrets(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"LEEWARD_INDEX_KEY": "an index key"}', encoding="utf-8")
    with pytest.raises(EnvironmentIncomplete, match="LEEWARD_CODE_PEPPER"):
        read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)})


def test_keys_of_workers_and_of_the_founding_lie_where_they_are_told_to(tmp_path: Path) -> None:
    usual = read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)})
    assert (usual.service_keys, usual.founding_key) == (tmp_path / "service-keys", tmp_path / "founding.key")
    assert usual.locker_pieces == tmp_path / "locker"
    elsewhere = tmp_path / "elsewhere"
    told = read_environment(
        {
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": str(tmp_path),
            "LEEWARD_SERVICE_KEYS": str(elsewhere),
            "LEEWARD_FOUNDING_KEY": str(elsewhere / "f.key"),
            "LEEWARD_LOCKER_PIECES": str(elsewhere / "pieces"),
        }
    )
    assert (told.service_keys, told.founding_key) == (elsewhere, elsewhere / "f.key")
    assert told.locker_pieces == elsewhere / "pieces"


@pytest.mark.parametrize("name", PRODUCTION_NAMES)
def test_production_names_what_is_missing(name: str, tmp_path: Path) -> None:
    variables = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(EnvironmentIncomplete, match=name):
        read_environment({**variables, "LEEWARD_DATA": str(tmp_path)})
    assert not (tmp_path / "secrets.json").exists()


def test_production_takes_everything_from_the_environment(tmp_path: Path) -> None:
    environment = read_environment({**PRODUCTION, "LEEWARD_DATA": str(tmp_path)})
    assert environment.production
    assert environment.hosts == ("leeward.example", "www.leeward.example")
    assert environment.secret_key == PRODUCTION["LEEWARD_SECRET_KEY"]
    assert list(tmp_path.iterdir()) == []


def test_production_is_the_default(tmp_path: Path) -> None:
    asked = {name: value for name, value in PRODUCTION.items() if name != "LEEWARD_ENV"}
    assert read_environment({**asked, "LEEWARD_DATA": str(tmp_path)}).production
    assert read_environment({**asked, "LEEWARD_ENV": "", "LEEWARD_DATA": str(tmp_path)}).production
    with pytest.raises(EnvironmentIncomplete, match="LEEWARD_ENV=demo"):
        read_environment({"LEEWARD_DATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["0", "6", "-1", "one", "1.5", " "])
def test_production_runs_behind_a_proxy_or_not_at_all(text: str, tmp_path: Path) -> None:
    here = {"LEEWARD_DATA": str(tmp_path)}
    with pytest.raises(EnvironmentIncomplete, match="LEEWARD_PROXIES") as refused:
        read_environment({**PRODUCTION, **here, "LEEWARD_PROXIES": text})
    assert "docs/operating/proxy.md" in str(refused.value)
    assert (Path(__file__).parents[2] / "docs" / "operating" / "proxy.md").is_file()
    assert read_environment({**PRODUCTION, **here, "LEEWARD_PROXIES": "2"}).proxies == 2
    assert read_environment({"LEEWARD_ENV": "demo", **here}).proxies == 0


@pytest.mark.parametrize("name", [*SECRET_NAMES, "LEEWARD_SECRET_KEY_FALLBACKS"])
def test_production_refuses_secrets_that_were_published(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = make_secrets()[name.removesuffix("_FALLBACKS")]
    variables = {**PRODUCTION, "LEEWARD_DATA": str(tmp_path), name: published}
    read_environment(variables)  # as long as nobody has published it
    monkeypatch.setattr(environment_module, "LEAKED", frozenset({hashlib.sha256(published.encode()).hexdigest()}))
    with pytest.raises(EnvironmentIncomplete, match=f"{name} is a value that was published") as refused:
        read_environment(variables)
    assert published not in str(refused.value)


def test_those_that_lay_in_the_repository_are_known_by_their_digests() -> None:
    assert len(environment_module.LEAKED) == len(SECRET_NAMES)
    assert all(len(bytes.fromhex(digest)) == hashlib.sha256().digest_size for digest in environment_module.LEAKED)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"LEEWARD_ENV": "staging"}, "LEEWARD_ENV"),
        ({"LEEWARD_NATION_FILE": "/nowhere/nation.json"}, "LEEWARD_NATION_FILE"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"LEEWARD_SIGNING_KEY": "short"}, "LEEWARD_SIGNING_KEY"),
        ({"LEEWARD_SIGNING_KEY": base64.b64encode(b"31 bytes are one byte too few!!").decode()}, "LEEWARD_SIGNING_KEY"),
    ],
)
def test_a_malformed_value_is_named(variables: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentIncomplete, match=named):
        read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path), **variables})


def test_damaged_secrets_are_never_replaced_by_fresh_ones(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"LEEWARD_SECRET_KEY": "a', encoding="utf-8")
    with pytest.raises(EnvironmentIncomplete, match="damaged"):
        read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)})


def test_earlier_secrets_of_the_web_process_are_read_in_their_order(tmp_path: Path) -> None:
    variables = {
        "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(tmp_path),
        "LEEWARD_SECRET_KEY_FALLBACKS": " newer-one  older-one\n",
    }
    assert read_environment(variables).secret_key_fallbacks == ("newer-one", "older-one")
    assert read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)}).secret_key_fallbacks == ()


def test_data_are_given_away_under_a_licence_that_is_known(tmp_path: Path) -> None:
    here = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)}
    assert read_environment(here).open_data_licence.name == "CC-BY-4.0"
    named = read_environment({**here, "LEEWARD_OPEN_DATA_LICENCE": "OGL-UK-3.0"}).open_data_licence
    assert named.path.startswith("https://")
    with pytest.raises(EnvironmentIncomplete, match=r"LEEWARD_OPEN_DATA_LICENCE.*CC0-1\.0"):
        read_environment({**here, "LEEWARD_OPEN_DATA_LICENCE": "mine"})
