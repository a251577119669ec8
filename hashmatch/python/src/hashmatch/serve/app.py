"""The addresses of the service, and what answers each."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeAlias, TypeVar

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from hashmatch import __version__
from hashmatch.bank import Bank
from hashmatch.cli import describe_comparison, describe_match, describe_others, describe_video_matches
from hashmatch.errors import RequestRefusedError
from hashmatch.files import FileHashes
from hashmatch.hashes import HashValue, PdqHash
from hashmatch.kernels import KERNELS, name_form
from hashmatch.repeats import Repeats
from hashmatch.serve import batch_form, metrics
from hashmatch.serve.envelope import JSON, Envelope, answer_error, answer_failure, visit_of
from hashmatch.serve.follower import Follower
from hashmatch.serve.holder import BankHolder
from hashmatch.serve.matching import (
    Reach,
    Tally,
    match_columns,
    match_file,
    match_queries,
    note_repeats,
    tally_results,
)
from hashmatch.serve.settings import MEGABYTE, Settings
from hashmatch.serve.wire import describe_query, describe_query_match, read_parameter, read_question, write_json
from hashmatch.serve.workers import WorkerPool, too_busy

LONGEST_NUMBER = 18  # digits
PLAIN = "text/plain; charset=utf-8"
FILE_TYPES = ("image/", "video/", "application/octet-stream")
HELP = """hashmatch matcher

POST /match    what matches? Choose the form by Content-Type:
  application/json                     {"hashes": ["64 hexadecimal digits", ...], "distance": 31, "limit": 100}
  image/*, video/*,
  application/octet-stream             a file's own bytes; ?distance= and ?limit= in the address
  application/vnd.hashmatch.batch      many PDQ hashes as bytes, see docs/operating/matcher.md
GET /health    is it well, and how far has it drawn
GET /metrics   numbers for Prometheus

  curl -H 'Content-Type: application/json' -d '{"hashes": "..."}' http://HOST:PORT/match
  curl -H 'Content-Type: application/octet-stream' --data-binary @FILE http://HOST:PORT/match

Nothing that is asked is stored or logged.
"""
HELP_REPEATS = """Each match says how often it was seen within {seconds:g} seconds; the counts are in memory alone.
"""

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
P = ParamSpec("P")
R = TypeVar("R")


class Service:
    """What answers: the bank in use, the threads that search it, the processes that hash files, the counters."""

    def __init__(
        self,
        holder: BankHolder,
        settings: Settings,
        *,
        follower: Follower | None = None,
        counters: metrics.Metrics | None = None,
        pool: WorkerPool | None = None,
    ) -> None:
        self.holder = holder
        self.settings = settings
        self.follower = follower
        self.metrics = counters or metrics.Metrics()
        self.pool = pool or WorkerPool(settings, on_lost=lambda reason: self.metrics.workers_lost.labels(reason).inc())
        seconds = settings.repeats_seconds
        self.repeats = None if seconds is None else Repeats(seconds, settings.most_repeats)
        self.searching = 0
        self._threads = ThreadPoolExecutor(settings.search_threads, thread_name_prefix="search")
        self._show_numbers()

    @property
    def bank(self) -> Bank:
        """The bank in use."""
        return self.holder.bank

    @property
    def is_ready(self) -> bool:
        """Whether there is a whole bank to answer from: not before a feed has been drawn to its end once."""
        return self.follower is None or self.bank.facts.complete

    @property
    def problems(self) -> list[str]:
        """What keeps the bank from being up to date, in words."""
        problems = [self.holder.problem]
        if self.follower is not None:
            problems.append(self.follower.problem)
            if self.follower.age_seconds > self.stale_seconds:
                problems.append(f"The exchange was last drawn {self.follower.age_seconds:.0f} s ago.")
        return [problem for problem in problems if problem is not None]

    @property
    def stale_seconds(self) -> float:
        """After how long without news of the exchange the service is degraded."""
        return max(self.settings.stale_seconds, 0 if self.follower is None else 10 * self.follower.source.every)

    @property
    def waiting_searches(self) -> int:
        """How many searches wait for a thread."""
        return max(self.searching - self.settings.search_threads, 0)

    def _show_numbers(self) -> None:
        watch = self.metrics.watch
        watch("bank_entries", "Hashes in the bank.", lambda: len(self.bank))
        watch("bank_loaded_timestamp_seconds", "When the bank last changed.", lambda: self.holder.loaded_at)
        watch("degraded", "1 if the bank may not be up to date, else 0.", lambda: bool(self.problems))
        watch("ready", "1 if there is a whole bank to answer from, else 0.", lambda: self.is_ready)
        watch("kernels_compiled", "1 if compiled kernels answer, 0 if NumPy does.", lambda: KERNELS is not None)
        watch("waiting_searches", "Searches that wait for a thread.", lambda: self.waiting_searches)
        watch("waiting_files", "Files that wait for a worker or still arrive.", lambda: self.pool.waiting)
        if self.repeats is not None:
            repeats = self.repeats
            watch("repeat_counters", "Counters of what matched lately.", lambda: len(repeats))
            watch("repeat_counters_pushed_out", "Counters that had to go early.", lambda: repeats.pushed_out)
        if self.follower is not None:
            follower = self.follower
            watch("sync_age_seconds", "Time since the exchange was last followed.", lambda: follower.age_seconds)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The service at work."""
        self.holder.start_watching()
        if self.follower is not None:
            self.follower.start()
        forgetting = asyncio.create_task(self.forget_repeats())
        try:
            async with self.pool.running():
                yield
        finally:
            forgetting.cancel()
            if self.follower is not None:
                await asyncio.to_thread(self.follower.stop)
            await asyncio.to_thread(self.holder.stop_watching)
            self._threads.shutdown()

    async def forget_repeats(self) -> None:
        """Drop counters soon after their window is over, also while nobody asks."""
        while self.repeats is not None:
            has_more = self.repeats.forget()
            await asyncio.sleep(0 if has_more else self.settings.forget_seconds)

    async def search(self, function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Run something long in a thread, while the event loop goes on."""
        if self.searching >= self.settings.search_threads + self.settings.waiting_searches:
            raise too_busy()
        self.searching += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: function(*arguments, **named))
        finally:
            self.searching -= 1

    async def answer_match(self, request: Request) -> Response:
        """`POST /match` in each of its forms."""
        if "content-encoding" in request.headers:
            raise unsupported("The body is compressed.", "Send it as it is, without Content-Encoding.")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == JSON:
            return await self.answer_json(request)
        if kind == batch_form.MEDIA_TYPE:
            return await self.answer_batch(request)
        if kind.startswith(FILE_TYPES):
            return await self.answer_file(request)
        raise wrong_type(kind)

    async def answer_json(self, request: Request) -> Response:
        """Hashes as JSON."""
        visit_of(request).form = "json"
        body = await read_body(request, most=self.settings.largest_json, seconds=self.settings.body_seconds)
        self.require_ready()
        if len(body) <= self.settings.inline_json:
            content, tally = self.match_json(body)
        else:
            content, tally = await self.search(self.match_json, body)
        self.metrics.count("json", tally)
        return Response(content, media_type=JSON)

    def match_json(self, body: bytearray) -> tuple[bytes, Tally]:
        """The answer to a JSON body."""
        question = read_question(body, self.settings)
        reach = Reach.of(
            distance=question.distance,
            limit=question.limit,
            queries=len(question.queries),
            most=self.settings.json_matches,
            settings=self.settings,
        )
        results = match_queries(self.bank, question.queries, reach)
        listed = [
            {
                "hash": query.hash.hex,
                "hash_type": query.hash.TYPE_NAME,
                "matches": [describe_query_match(match, query) for match in result.matches],
                "truncated": result.is_cut,
                **describe_query(query),
            }
            for query, result in zip(question.queries, results, strict=True)
        ]
        repeated = sum(
            note_repeats(self.repeats, [query.hash], one["matches"])
            for query, one in zip(question.queries, listed, strict=True)
        )
        return write_json({"results": listed}), tally_results(results, repeated)

    async def answer_batch(self, request: Request) -> Response:
        """Hashes as bytes."""
        visit_of(request).form = "batch"
        most = batch_form.QUESTION_HEAD.size + (PdqHash.LENGTH + 1) * self.settings.batch_hashes
        body = await read_body(request, most=most, seconds=self.settings.body_seconds)
        self.require_ready()
        content, tally = await self.search(match_columns, self.bank, body, self.settings, self.repeats)
        self.metrics.count("batch", tally)
        return Response(content, media_type=batch_form.MEDIA_TYPE)

    async def answer_file(self, request: Request) -> Response:
        """A file's bytes."""
        visit_of(request).form = "file"
        reach = Reach.of(
            distance=read_parameter(request.query_params, "distance"),
            limit=read_parameter(request.query_params, "limit"),
            queries=1,
            most=self.settings.json_matches,
            settings=self.settings,
        )
        self.require_ready()
        with self.pool.admit():
            body = await read_body(request, most=self.settings.largest_file, seconds=self.settings.body_seconds)
            hashes = await self.pool.hash(body)
            del body
        content, tally = await self.search(self.match_hashes, hashes, reach)
        self.metrics.count("file", tally)
        return Response(content, media_type=JSON)

    def match_hashes(self, hashes: FileHashes, reach: Reach) -> tuple[bytes, Tally]:
        """The answer to a hashed file; one that cannot be read is an error unless its digests match."""
        if hashes.frames is not None:
            found = describe_video_matches(self.bank, hashes, hashes.frames, distance=reach.distance)
            is_cut = len(found["matches"]) > reach.limit
            found["matches"] = found["matches"][: reach.limit]
        else:
            result = match_file(self.bank, hashes.to_match(), reach)
            matches = [describe_match(match, hashes) for match in result.matches]
            found, is_cut = {"matches": matches, **describe_comparison(hashes)}, result.is_cut
        problem = hashes.picture_error or (None if hashes.frames else hashes.video_error)
        if problem is not None and not found["matches"]:
            raise unreadable(str(problem))
        repeated = note_repeats(self.repeats, known_by(hashes), found["matches"])
        answer: dict[str, Any] = {
            "pdq": None if hashes.pdq is None else hashes.pdq.hash.hex,
            "quality": None if hashes.pdq is None else hashes.pdq.quality,
            "md5": hashes.digests.md5.hex,
            "sha256": hashes.digests.sha256.hex,
            **found,
            "truncated": is_cut,
        }
        if hashes.others:
            answer["others"] = describe_others(hashes)
        if hashes.picture_error is not None:
            answer["picture_error"] = str(hashes.picture_error)
        return write_json(answer), Tally(1, len(found["matches"]), int(is_cut), repeated)

    async def answer_health(self, request: Request) -> Response:
        """Whether the service is well; to those who may ask for it, with everything that helps to mend it."""
        state = ("degraded" if self.problems else "ok") if self.is_ready else "starting"
        answer: dict[str, Any] = {"status": state, "live": True, "ready": self.is_ready}
        if visit_of(request).is_trusted:
            answer |= self.describe()
        return Response(write_json(answer), 200 if self.is_ready else 503, media_type=JSON)

    def describe(self) -> dict[str, Any]:
        """Where the bank stands and who waits."""
        facts, follower = self.bank.facts, self.follower
        followed = None
        if follower is not None:
            age = None if follower.succeeded_at is None else round(follower.age_seconds, 3)
            followed = {"age_seconds": age, "every_seconds": follower.source.every}
        return {
            "problems": self.problems,
            "version": __version__,
            "bank": {
                "entries": len(self.bank),
                "edition": self.bank.edition,
                "cursor": facts.cursor,
                "complete": facts.complete,
                "withdrawals_confirmed": facts.confirmed,
                "loaded_seconds_ago": round(time.time() - self.holder.loaded_at, 3),
            },
            "sync": followed,
            "kernels": name_form(),
            "waiting": {"files": self.pool.waiting, "searches": self.waiting_searches},
        }

    async def answer_metrics(self, _: Request) -> Response:
        """The numbers for Prometheus."""
        return Response(self.metrics.expose(), media_type=metrics.CONTENT_TYPE)

    async def answer_help(self, _: Request) -> Response:
        """What can be asked here."""
        seconds = self.settings.repeats_seconds
        return Response(HELP + (HELP_REPEATS.format(seconds=seconds) if seconds else ""), media_type=PLAIN)

    def require_ready(self) -> None:
        """Refuse to say that nothing matches while the bank is not whole."""
        if not self.is_ready:
            raise RequestRefusedError(
                "The bank is still being drawn for the first time, so not everything would be found.",
                status=503,
                code="starting",
                how="Wait until /health says that it is ready.",
                headers={"Retry-After": "5"},
            )


def build_app(service: Service) -> ASGIApp:
    """The application."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with service.running():
            yield

    routes = [
        Route("/", service.answer_help, methods=["GET"]),
        Route("/match", service.answer_match, methods=["POST"]),
        Route("/health", service.answer_health, methods=["GET"]),
        Route("/metrics", service.answer_metrics, methods=["GET"]),
    ]
    inner = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            RequestRefusedError: answer_refused,
            HTTPException: answer_unrouted,
            Exception: answer_failure,
        },
    )
    inner.router.redirect_slashes = False
    return Envelope(inner, service.settings, service.metrics)


def known_by(hashes: FileHashes) -> list[HashValue]:
    """What makes a file the same upload as another: all that may be seen of it, or its bytes where nothing counts."""
    pictures: list[HashValue] = [one for one in hashes.to_match() if isinstance(one, PdqHash)]
    return pictures or [hashes.digests.sha256]


async def read_body(request: Request, *, most: int, seconds: float) -> bytearray:
    """A request's whole body in memory, refused as soon as it is too large or too slow."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and (len(length) > LONGEST_NUMBER or int(length) > most):
        raise too_large(most)
    body = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for piece in request.stream():
                if len(body) + len(piece) > most:
                    raise too_large(most)
                body += piece
    except TimeoutError as error:
        raise RequestRefusedError(
            f"The body did not arrive within {seconds:g} s.",
            status=408,
            code="too_slow",
            how="Send it again over a quicker line.",
        ) from error
    except ClientDisconnect as error:
        raise RequestRefusedError("The caller went away.", status=400, code="gone", how="Send it again.") from error
    return body


async def answer_refused(_: Request, error: Exception) -> Response:
    """The answer to a request that was refused."""
    assert isinstance(error, RequestRefusedError)  # noqa: S101 - by the table of handlers
    return answer_error(error)


async def answer_unrouted(_: Request, error: Exception) -> Response:
    """The answer to an unknown address or method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - by the table of handlers
    if error.status_code == 405:
        refused = RequestRefusedError(
            "This address does not take this method.",
            status=405,
            code="wrong_method",
            how="POST to /match; GET everything else.",
            headers=error.headers,
        )
    else:
        refused = RequestRefusedError(
            "There is no such address.",
            status=404,
            code="not_found",
            how="There are /match, /health, /metrics and a short help at /.",
        )
    return answer_error(refused)


def wrong_type(kind: str) -> RequestRefusedError:
    """The error for a body of a kind that is not taken."""
    if kind == "multipart/form-data":
        return unsupported(
            "The body is a form (multipart/form-data), which would have to be kept on disk to be read.",
            "Send the file's own bytes: curl -H 'Content-Type: application/octet-stream' --data-binary @FILE URL/match",
        )
    return unsupported(
        "The Content-Type is missing or none that is taken here.",
        f"Send hashes as {JSON}, a file as image/*, video/* or application/octet-stream, "
        f"many PDQ hashes as {batch_form.MEDIA_TYPE}.",
    )


def unsupported(message: str, how: str) -> RequestRefusedError:
    """The error for a body that is not taken in this form."""
    return RequestRefusedError(message, status=415, code="unsupported_type", how=how)


def too_large(most: int) -> RequestRefusedError:
    """The error for a body over the limit."""
    size = f"{most / MEGABYTE:.4g} MiB"
    return RequestRefusedError(
        f"The body is larger than {size}.",
        status=413,
        code="too_large",
        how="Send less at once; of a very large file send its hashes.",
    )


def unreadable(problem: str) -> RequestRefusedError:
    """The error for a picture that cannot be read and whose digests match nothing."""
    return RequestRefusedError(
        problem,
        status=422,
        code="unreadable",
        how="Its MD5 and SHA-256 were compared and match nothing. Send the picture in a form that can be read.",
    )
