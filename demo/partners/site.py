"""Partner (c), "Picture House": a small site where people share photos, which checks each upload before it is shown.

It does what a platform would do with the `hashmatch` library: a bank file that follows the exchange, one check in the
upload handler, one look back whenever the bank has changed, and an answer for every match.
"""

import argparse
import io
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from hashmatch.errors import HashmatchError

from demo.partners.desk import Desk, Post, State, utc_now
from demo.partners.follower import Follower, hash_upload

UPLOAD_LIMIT = 40 * 1024 * 1024
PAUSE_SECONDS = 1.0
SHOWN = 24
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/avif": ".avif",
    "image/heic": ".heic",
}
TYPES = {suffix: kind for kind, suffix in SUFFIXES.items()}

STYLE = """
:root { color-scheme: light; --ink: #241c2e; --soft: #f6f1fa; --accent: #6a2c91; }
* { box-sizing: border-box; }
body { margin: 0; font: 1.1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--soft); }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; }
header a { font-size: 1.6rem; font-weight: 700; color: var(--accent); text-decoration: none; }
h1 { font-size: 1.8rem; } h2 { font-size: 1.3rem; margin-top: 2rem; }
form.upload { background: #fff; padding: 1.25rem; border-radius: .75rem; display: grid; gap: 1rem;
  grid-template-columns: minmax(0, 1fr); }
button { font: inherit; min-height: 44px; padding: .4rem 1.2rem; border: 2px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: #fff; justify-self: start; cursor: pointer; }
button.plain { background: #fff; color: var(--accent); }
input[type=file] { font: inherit; min-height: 44px; max-width: 100%; }
ul.wall { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }
ul.wall li { background: #fff; border-radius: .75rem; padding: .75rem; overflow-wrap: anywhere; }
ul.wall img { width: 100%; height: 12rem; object-fit: cover; border-radius: .5rem; display: block; }
.note { background: #fff; border-inline-start: .4rem solid var(--accent); padding: .75rem 1rem; border-radius: .25rem; }
:focus-visible { outline: 3px solid #241c2e; outline-offset: 2px; }
.row { display: flex; gap: .75rem; flex-wrap: wrap; }
"""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NOTES = {
    "published": "Your photo is on the wall.",
    # These two read the same whatever the reason was: nothing in them tells that somebody asked (docs/exchange.md).
    "held": "Your photo is waiting for one of our people to look at it.",
    "blocked": (
        "This photo was not published. It breaks our rules on intimate images. You can ask us to look at it again."
    ),
    "empty": "Choose a photo first.",
    "large": "That file is over 40 MB. Choose a smaller one.",
    "unreadable": "We could not read that file as a photo. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC file.",
}


class Site:
    """The pages. One desk decides, one follower keeps the bank in step."""

    def __init__(self, *, desk: Desk, follower: Follower, leeward: str) -> None:
        self._desk = desk
        self._follower = follower
        self._leeward = leeward

    def wall(self, request: HttpRequest) -> HttpResponse:
        """The upload form, what is published, what is held and what was blocked."""
        note = NOTES.get(request.GET.get("said", ""), "")
        return self._page(
            "Picture House",
            format_html(
                "<h1>Share a photo</h1>{}{}<h2>On the wall</h2>{}"
                "<h2>Held for a person to check</h2>{}<h2>Blocked</h2>{}",
                format_html('<p class="note" role="status" id="said">{}</p>', note) if note else "",
                UPLOAD_FORM,
                _wall(self._desk.posts(State.PUBLISHED), _published, "Nothing yet."),
                _wall(self._desk.posts(State.HELD), _held, "Nothing is held."),
                _wall(self._desk.posts(State.BLOCKED), _blocked, "Nothing was blocked."),
            ),
        )

    def upload(self, request: HttpRequest) -> HttpResponseBase:
        """Hash the upload, look it up, and only then let anybody see it."""
        if request.method != "POST" or not _came_from_here(request):
            return HttpResponseRedirect("/")
        photo = request.FILES.get("photo")
        if photo is None:
            return HttpResponseRedirect("/?said=empty")
        if (photo.size or 0) > UPLOAD_LIMIT:
            return HttpResponseRedirect("/?said=large")
        content = photo.read()
        try:
            hashes = hash_upload(io.BytesIO(content))
        except HashmatchError:
            return HttpResponseRedirect("/?said=unreadable")
        suffix = SUFFIXES.get(photo.content_type or "", ".jpg")
        post = self._desk.take_upload(content=content, suffix=suffix, hashes=hashes, now=utc_now())
        return HttpResponseRedirect(f"/?said={post.state}")

    def picture(self, _request: HttpRequest, post_id: str) -> HttpResponseBase:
        """A published photo; held and blocked ones are nowhere to be had."""
        file = self._desk.picture(post_id)
        if file is None or not file.exists():
            raise Http404
        return _sealed(FileResponse(file.open("rb"), content_type=TYPES.get(file.suffix, "application/octet-stream")))

    def decide(self, request: HttpRequest, post_id: str) -> HttpResponseBase:
        """One of the site's people decides about a held photo."""
        if request.method == "POST" and _came_from_here(request):
            decision = self._desk.keep_up if request.POST.get("decision") == "keep" else self._desk.block
            decision(post_id, now=utc_now())
        return HttpResponseRedirect("/")

    def moderator(self, request: HttpRequest) -> HttpResponseBase:
        """Let the script play the moderator, or decide by hand."""
        if request.method == "POST" and _came_from_here(request):
            self._follower.script_moderates = request.POST.get("who") == "script"
        return HttpResponseRedirect("/")

    def style(self, _request: HttpRequest) -> HttpResponse:
        """The site's looks."""
        return _sealed(HttpResponse(STYLE, content_type="text/css"))

    def favicon(self, _request: HttpRequest) -> HttpResponse:
        """Browsers ask for one; there is none."""
        return _sealed(HttpResponse(status=204))

    def _page(self, title: str, content: SafeString) -> HttpResponse:
        by_script = self._follower.script_moderates
        return _sealed(
            HttpResponse(
                format_html(
                    PAGE,
                    title=title,
                    content=content,
                    leeward=self._leeward,
                    who="A script plays the moderator: it blocks what is held after five seconds."
                    if by_script
                    else "You are the moderator: decide about what is held.",
                    other="hand" if by_script else "script",
                    switch="Let me decide by hand" if by_script else "Let the script decide",
                )
            )
        )


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body><header><a href="/">Picture House</a><span>a made-up site for sharing photos</span></header>
<main>{content}</main>
<footer><p>{who}</p><form method="post" action="/moderator"><input type="hidden" name="who" value="{other}">
<button class="plain">{switch}</button></form>
<p>Each upload is checked against the national exchange before it is shown.
<a href="{leeward}/demo">Back to the tour</a></p>
</footer></body></html>"""

UPLOAD_FORM = SafeString(
    '<form class="upload" method="post" action="/upload" enctype="multipart/form-data">'
    '<label for="photo">Choose a photo</label><input type="file" id="photo" name="photo" accept="image/*" required>'
    "<button>Upload</button></form>"
)


def _wall(posts: list[Post], item: Callable[[Post], SafeString], empty: str) -> SafeString:
    if not posts:
        return format_html("<p>{}</p>", empty)
    return format_html(
        '<ul class="wall">{}</ul>', format_html_join("", "<li>{}</li>", ((item(post),) for post in posts[:SHOWN]))
    )


def _published(post: Post) -> SafeString:
    return format_html('<img src="/picture/{}" alt="A shared photo" loading="lazy">', post.id)


def _held(post: Post) -> SafeString:
    return format_html(
        '<p>A photo is held. Nobody sees it.</p><form class="row" method="post" action="/decide/{}">'
        '<button name="decision" value="block">Block it</button>'
        '<button class="plain" name="decision" value="keep">Put it back</button></form>',
        post.id,
    )


def _blocked(post: Post) -> SafeString:
    return format_html("<p>A photo was blocked and deleted ({} UTC). Copies are stopped.</p>", post.since[11:19])


def _came_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _sealed[R: HttpResponseBase](response: R) -> R:
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _QuietHandler(WSGIRequestHandler):
    """A server that keeps no record of who came."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve the site until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leeward", required=True, help="address of Leeward")
    parser.add_argument("--keys", required=True, type=Path, help="what `leeward create-platform` printed")
    parser.add_argument("--home", required=True, type=Path, help="folder for this platform's state")
    parser.add_argument("--port", required=True, type=int)
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        SECRET_KEY="a site without sessions or signed data",  # noqa: S106 - Django wants one
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        FILE_UPLOAD_MAX_MEMORY_SIZE=UPLOAD_LIMIT,
        DATA_UPLOAD_MAX_MEMORY_SIZE=UPLOAD_LIMIT,
    )
    django.setup()
    follower = Follower(
        url=options.leeward, keys=options.keys, bank=options.home / "bank", outbox=options.home / "answers.json"
    )
    desk = Desk(options.home / "posts", follower)
    site = Site(desk=desk, follower=follower, leeward=options.leeward)
    urlpatterns[:] = [
        path("", site.wall),
        path("upload", site.upload),
        path("picture/<str:post_id>", site.picture),
        path("decide/<str:post_id>", site.decide),
        path("moderator", site.moderator),
        path("style.css", site.style),
        path("favicon.ico", site.favicon),
    ]
    stopped = threading.Event()
    server = ThreadedWSGIServer(("127.0.0.1", options.port), _QuietHandler)
    server.set_app(WSGIHandler())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Picture House is at http://127.0.0.1:{options.port}/", flush=True)
    while not stopped.wait(PAUSE_SECONDS):
        follower.go_round(desk, now=utc_now())
    server.shutdown()
    sys.exit(0)


urlpatterns: list[object] = []

if __name__ == "__main__":
    main()
