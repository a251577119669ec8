"""The matcher service beside the library: how much of the batch rate is left when the asking goes over HTTP."""

import importlib

from hashmatch_bench.results import ServiceRun

MEASURE_MODULE = "hashmatch.serve.measure"


class ServiceWorker:
    """Runs the service's own measurement in a process of its own."""

    def measure(self, size: int, batch: int, rounds: int) -> ServiceRun | None:
        """Queries a second on a bank of random hashes; None where the service is not installed."""
        try:
            module = importlib.import_module(MEASURE_MODULE)
        except ImportError:
            return None
        library, service = module.measure_service(size, batch=batch, rounds=rounds)
        return ServiceRun(size, library, service)
