"""A language is data: where one is offered, what keeps one from her pages, and what stays for everybody else."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.translation import trans_real

from leeward.foundation.languages import (
    LanguageMalformed,
    Offered,
    Room,
    is_hers,
    lacks,
    offered_everywhere,
    offered_to_her,
    read_languages,
    read_rooms,
    unknown_to_django,
)
from leeward.foundation.web.access import Audience, access_of, walk_patterns
from leeward.foundation.work import doors
from leeward.society.directory.rules.words import split_words
from tools.words import catalogue, path_of

DANGER = '[search]\n"context:danger" = ["hil"]\n'
READING = '[reading]\nmeasure = "sentences"\n'
WHOLE = (Room(name="talk", is_hers=True, texts=2, translated={"tlh": 2}),)


def write(folder: Path, *, code: str = "tlh", offered: str = "her pages", more: str = READING + DANGER) -> Path:
    (folder / code).mkdir()
    head = f'name = "Klingon"\nnative = "tlhIngan"\ndirection = "rtl"\noffered = "{offered}"\n'
    (folder / code / "language.toml").write_text(head + more)
    return folder


def test_a_folder_with_a_file_is_a_language(tmp_path: Path) -> None:
    languages = read_languages(write(tmp_path))
    assert offered_to_her(languages, WHOLE) == ("tlh",)
    assert offered_everywhere(languages) == []
    assert unknown_to_django(languages, {})["tlh"] == {
        "bidi": True,
        "code": "tlh",
        "name": "Klingon",
        "name_local": "tlhIngan",
    }
    assert unknown_to_django(languages, {"tlh": {}}) == {}


@pytest.mark.parametrize(
    ("more", "rooms", "lacking"),
    [
        (READING, WHOLE, {"search": 1}),
        (READING + '[search]\n"needs:legal" = ["chut"]\n', WHOLE, {"search": 1}),
        (DANGER, WHOLE, {"reading": 1}),
        (READING + DANGER, (*WHOLE, Room(name="pages", is_hers=True, texts=3, translated={"tlh": 2})), {"pages": 1}),
        (READING + DANGER, (Room(name="talk", is_hers=True, texts=2, translated={}),), {"talk": 2}),
    ],
)
def test_a_language_that_lacks_anything_of_hers_is_not_offered(
    tmp_path: Path, more: str, rooms: tuple[Room, ...], lacking: dict[str, int]
) -> None:
    languages = read_languages(write(tmp_path, more=more))
    assert lacks(languages["tlh"], rooms) == lacking
    assert offered_to_her(languages, rooms) == ()


def test_what_staff_read_keeps_no_language_from_her_pages(tmp_path: Path) -> None:
    staffs = Room(name="policy/statistics", is_hers=False, texts=900, translated={})
    assert offered_to_her(read_languages(write(tmp_path)), (*WHOLE, staffs)) == ("tlh",)


def test_nothing_more_is_offered_where_nobody_counted_and_what_is_in_translation_never(tmp_path: Path) -> None:
    assert offered_to_her(read_languages(write(tmp_path)), ()) == ()
    (tmp_path / "more").mkdir()
    assert offered_to_her(read_languages(write(tmp_path / "more", offered=Offered.NOWHERE)), WHOLE) == ()


@pytest.mark.parametrize("wrong", ["offered", "direction"])
def test_a_file_that_says_something_else_is_refused_by_its_name(tmp_path: Path, wrong: str) -> None:
    file = write(tmp_path) / "tlh" / "language.toml"
    file.write_text(file.read_text().replace(f"{wrong} = ", f"{wrong} = 'up' #"))
    with pytest.raises(LanguageMalformed, match=r"tlh/language\.toml"):
        read_languages(tmp_path)


def test_every_language_says_how_to_tell_of_danger() -> None:
    for language in read_languages().values():
        assert language.offered is Offered.NOWHERE or not {"search", "reading"} & set(lacks(language, ()))


@pytest.mark.parametrize(
    ("module", "view", "hers"),
    [
        ("leeward.victim.portal.views.home", "home", True),
        ("leeward.victim.helpline.views.person.coming", "talk", True),
        ("leeward.society.directory.views.public.finding", "find", True),
        ("leeward.victim.network.views.person", "referrals", True),
        ("leeward.victim.helpline.views.desk.case", "show", False),
        ("leeward.society.directory.views.staff.describing", "show", False),
        ("leeward.policy.statistics.views.dashboard", "show", False),
        ("leeward.foundation.web.views", "leave", True),
        ("leeward.foundation.web.views", "for_platforms", False),
        ("leeward.foundation.web.views", "guides", False),
    ],
)
def test_the_rooms_of_her_pages_are_named_once(module: str, view: str, *, hers: bool) -> None:
    assert is_hers(module, view) is hers


@pytest.mark.parametrize(
    ("file", "room"),
    [
        ("leeward/victim/removals/living.py", "safety"),
        ("leeward/society/directory/living.py", "safety"),
        ("leeward/victim/network/jinja2/network/reviewed.jinja", "safety"),
        ("leeward/victim/network/jinja2/network/person/part.jinja", "referrals"),
    ],
)
def test_what_her_pages_draw_from_elsewhere_is_said_in_her_language(file: str, room: str) -> None:
    assert read_rooms().room_of(file) == room


def test_every_page_that_a_code_opens_is_of_her_rooms() -> None:
    views = [pattern.callback for _route, _name, pattern in walk_patterns(get_resolver().url_patterns)]
    opened = [view for view in views if (access := access_of(view)) and access.audience is Audience.VICTIM_CODE]
    assert len(opened) > 50
    named = {(view.__module__, view.__name__) for view in (getattr(each, "view_class", each) for each in opened)}
    assert [f"{module}.{name}" for module, name in sorted(named) if not is_hers(module, name)] == []


@pytest.fixture
def offered_spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LEEWARD_HER_LANGUAGES", ("en", "ar", "es"))


@pytest.mark.django_db
@pytest.mark.usefixtures("offered_spanish")
def test_her_page_is_spoken_in_it_and_a_page_for_others_is_not() -> None:
    client = Client(headers={"accept-language": "es-MX,es;q=0.9"})
    assert '<html lang="es"' in client.get(reverse("portal:home")).text
    other = client.get(reverse("declarations:show")).text
    assert '<html lang="en"' in other
    assert 'hreflang="es"' not in other
    assert translation.get_language() == settings.LANGUAGE_CODE


@pytest.mark.django_db
@pytest.mark.usefixtures("offered_spanish")
def test_she_chooses_it_and_it_stays() -> None:
    client = Client()
    assert 'hreflang="es"' in client.get(reverse("portal:home")).text
    client.get(reverse("portal:home"), {"lang": "es"})
    for name in ("portal:home", "pages:safety", "directory:help", "helpline:my-talk"):
        assert '<html lang="es"' in client.get(reverse(name)).text, name
    assert '<html lang="en"' in client.get(reverse("statistics:nation")).text
    client.get(reverse("portal:home"), {"lang": "ar"})
    assert '<html lang="ar"' in client.get(reverse("portal:home")).text


@pytest.mark.django_db
def test_one_that_is_not_offered_is_never_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LEEWARD_HER_LANGUAGES", ("en", "ar"))
    client = Client(headers={"accept-language": "es"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    page = client.get(reverse("portal:home"), {"lang": "es"}).text
    assert '<html lang="en"' in page
    assert 'hreflang="es"' not in page


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("es", "no quiero vivir"),
        ("es", "me quiero matar"),
        ("es", "autolesión"),
        ("es", "ya no aguanto más"),
        ("fr", "plus envie de vivre"),
        ("fr", "j’en peux plus"),
        ("fr", "me faire du mal"),
    ],
)
def test_words_of_danger_tell_of_danger(code: str, typed: str) -> None:
    said = {" ".join(split_words(word)) for word in read_languages()[code].search["context:danger"]}
    assert " ".join(split_words(typed)) in said


@pytest.mark.parametrize("code", ["es", "fr"])
def test_a_language_of_her_pages_is_whole_and_offered_there_alone(code: str) -> None:
    assert code in settings.LEEWARD_HER_LANGUAGES
    assert code not in dict(settings.LANGUAGES)


# An address of each room of her pages, as somebody without a code opens it.
OPEN = (
    "/", "/protect/", "/protect/first-help", "/status/", "/talk", "/talk/later", "/help", "/safety",
    "/privacy", "/accessibility", "/support", "/report/where", "/keep", "/pages", "/nothing-is-here",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["usual", "easy"])
@pytest.mark.parametrize("reads", [True, False], ids=["somebody reads", "nobody reads"])
@pytest.mark.parametrize("code", ["es", "fr"])
def test_no_open_page_of_hers_says_a_text_that_it_lacks(
    monkeypatch: pytest.MonkeyPatch, *, code: str, words: str, reads: bool
) -> None:
    said: set[str] = set()
    monkeypatch.setattr(doors, "is_open", lambda _team: reads)
    with translation.override(code):
        catalog = trans_real.catalog()
    monkeypatch.setattr(catalog, "gettext", lambda text, own=catalog.gettext: said.add(text) or own(text))
    client = Client(headers={"accept-language": code})
    client.get("/", {"words": words})
    seen = [client.get(address, follow=True) for address in OPEN]
    assert sum(f'<html lang="{code}"' in page.text for page in seen) >= len(OPEN) - 2
    ours = gettext_of_ours(code)
    lacking = {text for text in said if text.strip() and text in ours["en"] and text not in ours[code]}
    assert lacking == set(), "\n".join(sorted(lacking))
    assert len(said) > 200


def gettext_of_ours(code: str) -> dict[str, set[str]]:
    """Every text of the interface, and those that a language has."""
    every, own = catalogue(path_of("ar")), catalogue(path_of(code))
    return {"en": set(every), code: {text for text, shown in own.items() if shown}}
