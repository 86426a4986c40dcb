"""One cluster for all tests that need one: two processes of one thread on this machine."""

import logging

import pytest

from deepcond_sym.distributed.cluster import dask_distributed


@pytest.fixture(scope="session")
def client():
    distributed = dask_distributed()
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL
    )
    with cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client
