"""Where parallel work runs: in processes here, or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allears.errors import AllEarsError

_CONNECT_TIMEOUT_S = 15


class SchedulerError(AllEarsError):
    """The cluster cannot be used."""


@contextmanager
def on_scheduler(address: str | None, jobs: int) -> Iterator[int]:
    """Let everything that joblib runs in this block run on a cluster.

    The workers must see the same cache folder ($ALLEARS_CACHE) and checkout as this machine: clips
    and models are handed over as files.

    Args:
        address: a Dask scheduler's, such as tcp://10.0.0.1:8786; None: this machine.
        jobs: processes here.

    Yields:
        how many jobs run at once: `jobs`, or the cluster's threads.

    Raises:
        SchedulerError: nobody answers there, or it has no workers.
    """
    if address is None:
        yield jobs
        return
    import joblib
    from distributed import Client

    try:
        client = Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=True)
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerError(
            f"The scheduler {address} cannot be reached: {error}",
            "no `dask scheduler` runs there, or a firewall is between",
            "Start one with: dask scheduler; and workers with: dask worker ADDRESS",
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise SchedulerError(
                f"The cluster at {address} has no workers.",
                "none has been started yet",
                f"Start some with: dask worker {address} --nworkers 2 --nthreads 1",
            )
        with joblib.parallel_config(backend="dask"):
            yield threads
