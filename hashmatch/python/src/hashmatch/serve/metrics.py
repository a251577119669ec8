"""What the service counts, for Prometheus: numbers only, never a hash, an address or a name."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from hashmatch.serve.matching import Tally

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
FORMS = ("json", "batch", "file", "other")
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """All counters of one service, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests answered, by form and HTTP status.", ("form", "status"))
        self.seconds = Histogram(
            "hashmatch_request_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ("form",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.queries = self._counter("queries", "Hashes and files asked about.", ("form",))
        self.matches = self._counter("matches", "Entries of the bank given as matches.", ("form",))
        self.cut = self._counter("cut_results", "Queries with more matches than the limit let through.", ("form",))
        self.repeated = self._counter("repeated_matches", "Matches that the same upload had before.", ("form",))
        self.reload_failures = self._counter("bank_reload_failures", "Times that the bank's file could not be read.")
        self.sync_failures = self._counter("sync_failures", "Times that the exchange could not be followed.")
        self.workers_lost = self._counter(
            "workers_lost", "Processes replaced because they died or took too long.", ("reason",)
        )
        for form in FORMS:
            self.seconds.labels(form)
        for form in FORMS[:-1]:
            for counter in (self.queries, self.matches, self.cut, self.repeated):
                counter.labels(form)

    def _counter(self, name: str, text: str, labels: Iterable[str] = ()) -> Counter:
        return Counter(f"hashmatch_{name}", text, labels, registry=self.registry)

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a number that is read when it is asked for."""
        Gauge(f"hashmatch_{name}", text, registry=self.registry).set_function(read)

    def count(self, form: str, tally: Tally) -> None:
        """Add what one request asked and got."""
        self.queries.labels(form).inc(tally.queries)
        self.matches.labels(form).inc(tally.matches)
        self.cut.labels(form).inc(tally.cut)
        self.repeated.labels(form).inc(tally.repeated)

    def expose(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)
