"""The matcher service beside the library: how much of the batch rate is left when the asking goes over HTTP."""

import importlib
from pathlib import Path

from hashmatch.bench.results import ServiceRun

MEASURE_MODULE = "hashmatch.serve.measure"


class ServiceWorker:
    """Runs the service's own measurement in a process of its own."""

    def measure(self, folder: Path, size: int, batch: int, budget: float) -> ServiceRun | None:
        """Queries a second on a bank of random hashes made in `folder`; None where the service is not installed."""
        try:
            module = importlib.import_module(MEASURE_MODULE)
        except ImportError:
            return None
        rates = module.measure_rates(folder, size=size, batch=batch, seconds=budget)
        return ServiceRun(size, rates.library, rates.service)
