"""Every public page: it answers, its headers are exactly those that we promise, and its title tells nothing."""

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from leeward.foundation.web.middleware import SWITCHED_OFF
from tests.foundation.web.pages import TELLING, Page

PAGES = ["pages:safety", "pages:privacy", "pages:accessibility", "web:for-platforms", "web:guides", "portal:home"]
VICTIM_PAGES = ["portal:home", "pages:safety", "pages:privacy", "pages:accessibility"]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def page(client: Client, name: str) -> Page:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return Page(response.content.decode())


def test_headers(client: Client, name: str) -> None:
    headers = client.get(reverse(name)).headers
    assert headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Permissions-Policy"].split(", ") == [f"{feature}=()" for feature in SWITCHED_OFF]
    assert {"camera", "geolocation", "microphone"} <= set(SWITCHED_OFF)
    assert "Set-Cookie" not in headers
    assert "X-Robots-Tag" not in headers


def test_markup_keeps_the_policy(client: Client, name: str) -> None:
    made = page(client, name)
    assert made.inline == []
    assert made.loaded
    assert all(source.startswith("/static/") for source in made.loaded)
    assert made.headings[0] == "h1"
    assert made.headings.count("h1") == 1
    assert len(made.ids) == len(set(made.ids))


def test_every_link_leads_somewhere(client: Client, name: str) -> None:
    made = page(client, name)
    for link in made.links:
        href = link["href"] or ""
        if href.startswith("#"):
            assert href[1:] in made.ids
        else:
            assert href.startswith(("tel:", "sms:", "mailto:", "https:")) or client.get(href).status_code in (
                200,
                303,
            ), href


@pytest.mark.parametrize("name", VICTIM_PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_victim_pages_say_nothing_in_the_tab_and_can_be_left(client: Client, name: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    made = page(client, name)
    assert made.title.strip()
    assert not TELLING.search(made.title)
    exits = [link for link in made.links if link["href"] == reverse("web:leave")]
    assert len(exits) == 2
    assert all("noreferrer" in (link["rel"] or "") for link in exits)
    assert made.links[1] in exits  # the second thing that the keyboard reaches
    assert "/static/web/plain.svg" in made.loaded


def test_arabic_is_written_from_right_to_left(client: Client, name: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    made = page(client, name)
    assert (made.html["lang"], made.html["dir"]) == ("ar", "rtl")
    assert "/static/web/built/leeward.rtl.css" in made.loaded
    assert "/static/web/built/leeward.css" not in made.loaded
    switch = next(link for link in made.links if link.get("hreflang") == "en")
    assert (switch["lang"], switch["dir"]) == ("en", "ltr")


def test_language_of_the_browser_is_taken(client: Client) -> None:
    response = client.get("/", headers={"accept-language": "ar"})
    assert 'dir="rtl"' in response.content.decode()


class TestLanguageSwitch:
    def test_it_shows_the_page_again_and_is_kept_until_the_browser_closes(self, client: Client) -> None:
        response = client.get("/safety?lang=ar")
        assert (response.status_code, response.headers["Location"]) == (303, "/safety")
        cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
        assert cookie.value == "ar"
        assert cookie["max-age"] == ""
        assert cookie["expires"] == ""
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert response.headers["Cache-Control"] == "no-store"
        assert 'lang="ar"' in client.get("/safety").content.decode()

    def test_each_page_offers_every_language_but_its_own(self, client: Client, name: str) -> None:
        made = page(client, name)
        offered = settings.LEEWARD_HER_LANGUAGES if name in VICTIM_PAGES else dict(settings.LANGUAGES)
        others = [f"?lang={code}" for code in offered if code != "en"]
        assert [link["href"] for link in made.links if link.get("hreflang")] == others

    @pytest.mark.parametrize(
        ("path", "back"),
        [
            ("/%2Fevil.example/", "/%2Fevil.example/"),
            ("/\\evil.example/", "/%5Cevil.example/"),
            ("/a%3Fb%23c", "/a%3Fb%23c"),
            ("/%D8%B5", "/%D8%B5"),
            ("/x%0D%0ASet-Cookie:a%3Db", "/x%0D%0ASet-Cookie:a%3Db"),
        ],
    )
    def test_it_never_leads_away(self, client: Client, path: str, back: str) -> None:
        response = client.generic("GET", path, QUERY_STRING="lang=ar")
        assert (response.status_code, response.headers["Location"]) == (303, back)

    @pytest.mark.parametrize("language", ["xx", "", "../../etc", "ar\r\nSet-Cookie: a=b"])
    def test_unknown_languages_are_left_alone(self, client: Client, language: str) -> None:
        response = client.get("/safety", {"lang": language})
        assert response.status_code == 200
        assert settings.LANGUAGE_COOKIE_NAME not in response.cookies

    def test_machines_and_forms_are_left_alone(self, client: Client) -> None:
        for response in (client.get("/api/nothing?lang=ar"), client.post("/leave?lang=ar")):
            cookie = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
            assert cookie is None or not cookie.value

    def test_a_file_for_programs_is_answered_at_once_in_that_language_and_nothing_is_kept(self, client: Client) -> None:
        for path in ("/nowhere.json", "/nowhere.csv"):
            response = client.get(f"{path}?lang=ar", headers={"Accept-Language": "en"})
            assert (response.status_code, response.headers["Content-Language"]) == (404, "ar")
            assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
        assert client.get("/safety").headers["Content-Language"] == "en"

    def test_it_drops_what_else_was_asked(self, client: Client) -> None:
        assert client.get("/safety?code=1234567890&lang=ar").headers["Location"] == "/safety"
        assert "1234567890" not in client.get("/safety?code=1234567890").content.decode()

    def test_a_page_that_is_not_there_is_told_in_the_chosen_language(self, client: Client) -> None:
        assert client.get("/nowhere/at/all?lang=ar").status_code == 303
        assert 'lang="ar"' in client.get("/nowhere/at/all").content.decode()

    def test_the_log_names_it(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level("INFO", logger="leeward.requests"):
            client.get("/safety?lang=ar")
        assert [record.getMessage().split()[:3] for record in caplog.records] == [["language", "GET", "303"]]


class TestLeaving:
    @override_settings(LEEWARD_EXIT_URL="https://weather.example/")
    def test_it_forgets_and_goes(self, client: Client) -> None:
        client.cookies["portal-thing"] = "secret"
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
        client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
        response = client.get("/leave")
        assert (response.status_code, response.headers["Location"]) == (303, "https://weather.example/")
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Clear-Site-Data"] == '"storage"'
        door = response.cookies["door"]
        assert (door["httponly"], door["samesite"], door["max-age"]) == (True, "Lax", "")
        assert {name for name, cookie in response.cookies.items() if cookie["max-age"] == 0} == {
            "portal-thing",
            settings.LANGUAGE_COOKIE_NAME,
            settings.CSRF_COOKIE_NAME,
        }

    def test_host_cookies_are_taken_away_too(self, client: Client) -> None:
        client.cookies["__Host-portal"] = "secret"
        cookie = client.get("/leave").cookies["__Host-portal"]
        assert (cookie["max-age"], cookie["path"], bool(cookie["secure"])) == (0, "/", True)

    def test_it_ends_the_session_on_the_server(self, client: Client) -> None:
        session = client.session
        session["who"] = "somebody"
        session.save()
        client.get("/leave")
        assert not type(session)().exists(session.session_key)

    def test_it_works_when_the_database_does_not(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.contrib.sessions.backends.db import SessionStore
        from django.db import OperationalError

        def broken(self: SessionStore, *args: object) -> None:
            raise OperationalError("database is locked")

        client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
        monkeypatch.setattr(SessionStore, "flush", broken)
        response = client.get("/leave")
        assert response.status_code == 303
        assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0

    @pytest.mark.parametrize("address", ["/", "/safety", "/protect/", "/status/", "/help", "/support"])
    def test_behind_it_no_page_is_shown_until_the_door_is_opened(self, client: Client, address: str) -> None:
        client.get("/leave")
        for shut in (client.get(address), client.post(address)):
            assert shut.status_code == 200
            text = shut.content.decode()
            made = Page(text)
            assert [link["href"] for link in made.links] == ["/back"]
            assert made.title == "…"
            assert "Leeward" not in text
            assert shut.headers["Cache-Control"] == "no-store"
        assert client.get("/back").headers["Location"] == "/"
        assert "Leeward" in client.get(address).content.decode()

    def test_a_program_and_staff_find_the_door_open(self, client: Client) -> None:
        client.get("/leave")
        assert client.get("/healthz").content == b"ok\n"
        assert client.get("/api/nothing").status_code == 404
        assert client.get("/staff/").headers["Location"].startswith("/staff/sign-in")

    def test_the_safety_page_says_that_history_stays(self, client: Client) -> None:
        assert "It does not erase your history." in client.get("/safety").content.decode()


def test_health_asks_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").content == b"ok\n"
    from django.db import OperationalError

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr("leeward.foundation.web.operations.connection", Gone())
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")
