"""Addresses, workers and options as a user gives them: what is refused, in one sentence and soon."""

import json
import logging
import math
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from deepcond_sym import cli
from deepcond_sym.depth import DepthMap
from deepcond_sym.distributed import cluster, connected, gram_array, require_same_code
from deepcond_sym.errors import InputError
from deepcond_sym.kernels import gram_kernel

CLAIM = """
import sympy as sp
from deepcond_sym.proof import Claim, forall, interval, le
x = sp.Symbol("x", real=True)
claim = Claim("mine/square", title="x^2 <= c x", parameters={"c": 1})

@claim.states
def statement(c):
    return forall(interval(x, 0, 1), holds=le(x**2, c * x))

@claim.proves
def proof(prove, goal, c):
    return prove.polynomial(goal.conclusion, *goal.variables)
claim.mutant("half", c="1/2")
"""


@pytest.fixture
def main(capfd):
    """The command in this process: exit code, what it prints, what it complains of."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main([*map(str, arguments)])
        return (stop.value.code, *capfd.readouterr())

    return run


def test_a_matrix_and_a_verdict_from_the_command_line(client, main, tmp_path, monkeypatch):
    points = np.random.default_rng(1).standard_normal((600, 4))
    np.save(tmp_path / "x.npy", points)
    monkeypatch.chdir(tmp_path)
    address = ("--scheduler", client.scheduler.address)
    code, out, err = main(
        "kernel", "x.npy", "--activation", "relu", "--weight-variance", "2", "-o", "k.npy", *address, "--json"
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["shape"] == [600, 600]
    truth = gram_kernel(points, DepthMap("relu", 1, weight_variance=2)).values
    np.testing.assert_allclose(np.load(tmp_path / "k.npy"), truth, rtol=0, atol=1e-14 * truth.max())
    Path("mine").mkdir()
    Path("mine/square.py").write_text(CLAIM)
    code, out, _ = main("verify", "mine", "--mutants", *address, "--json")
    found = json.loads(out)
    assert code == 0
    assert [(c["id"], c["verdict"], c["mutants"]["killed"]) for c in found["claims"]] == [("mine/square", "PROVED", 1)]
    assert Path("report/certificate.json").exists()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("tcp://127.0.0.1:1", "refused"),
        ("127.0.0.1:1", "No scheduler answers"),
        ("http://127.0.0.1:8786", "No scheduler answers"),
        ("tcp://no.such.host.invalid:8786", "No scheduler answers"),
        ("tcp://", "No scheduler answers"),
        ("nonsense", "No scheduler answers"),
        ("", "No scheduler answers"),
    ],
)
def test_a_bad_address_is_refused_soon(main, tmp_path, address, reason):
    np.save(tmp_path / "x.npy", np.eye(2))
    start = time.monotonic()
    for command in (
        ("verify", "agarwal2021/L20", "--out", tmp_path / "report"),
        ("kernel", tmp_path / "x.npy", "--activation", "relu", "-o", tmp_path / "k.npy"),
    ):
        code, out, err = main(*command, "--scheduler", address)
        assert (code, out) == (2, "")
        assert reason in err
        assert err.count("\n") == 1
    assert time.monotonic() - start < 20


def test_what_answers_but_is_no_scheduler(monkeypatch):
    monkeypatch.setattr(cluster, "_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(InputError, match=f"No scheduler answers at {address}"), connected(address):
            pass


def test_threads_are_for_one_machine(main, tmp_path):
    np.save(tmp_path / "x.npy", np.eye(2))
    options = ("--activation", "relu", "-o", tmp_path / "k.npy", "--threads", "2", "--scheduler", "tcp://127.0.0.1:1")
    code, _, err = main("kernel", tmp_path / "x.npy", *options)
    assert code == 2
    assert "--threads is for this machine" in err


def test_without_dask_the_sentence_says_what_to_install(main, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, out, err = main("verify", "agarwal2021/L20", "--out", tmp_path / "report", "--scheduler", "local")
    assert (code, out) == (2, "")
    assert "pip install 'deepcond-sym[distributed]'" in err
    with pytest.raises(InputError, match="pip install"):
        gram_array(np.eye(2), DepthMap("relu", 1))


def test_dask_is_imported_only_when_it_is_used():
    code = (
        "import sys\nimport deepcond_sym.cli\nimport deepcond_sym.distributed\n"
        "assert not {'dask', 'distributed'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def threads():
    """A scheduler in this process, to which workers come as they are asked for."""
    distributed = cluster.dask_distributed()
    options = {"processes": False, "dashboard_address": ":0", "silence_logs": logging.CRITICAL}
    made = []

    def start(**more):
        made.append(distributed.LocalCluster(**options, **more, protocol="tcp"))
        return made[-1].scheduler_address

    yield start
    for one in made:
        one.close()


def test_workers_with_several_threads_are_refused(threads):
    address = threads(n_workers=1, threads_per_worker=2)
    with pytest.raises(InputError, match=r"has 2 threads.*--nthreads 1"), connected(address):
        pass


def test_a_scheduler_without_workers_is_refused(threads, monkeypatch):
    monkeypatch.setattr(cluster, "_SECONDS", 0.5)
    address = threads(n_workers=0)
    with pytest.raises(InputError, match=f"has no workers: start some with `dask worker {address}"):  # noqa: SIM117
        with connected(address):
            pass


def test_workers_that_run_other_code_are_refused(client, monkeypatch):
    here = cluster.this_code()
    for name in ("numpy", "python", "sources"):
        with monkeypatch.context() as patch:
            patch.setattr(cluster, "this_code", lambda name=name: {**here, name: "0.0"})
            with pytest.raises(InputError, match=rf"runs other code \({name}: .* there, 0\.0 here\)"):
                require_same_code(client)
    require_same_code(client)


def test_a_worker_that_comes_later_is_looked_at_by_every_task(client, monkeypatch):
    other = {**cluster.this_code(), "sympy": "0.0"}
    with pytest.raises(InputError, match="runs other code"):
        client.submit(cluster.require_on_worker, other, pure=False).result()
    assert client.submit(cluster.require_on_worker, cluster.this_code(), pure=False).result() is None
    monkeypatch.setattr(sys.modules[gram_array.__module__], "this_code", lambda: other)
    lazy = gram_array(np.eye(3), DepthMap("relu", 1), client=client)
    with pytest.raises(InputError, match="runs other code"):
        client.compute(lazy).result()


def test_the_code_is_known_by_its_sources(tmp_path, monkeypatch):
    """One letter changed anywhere is other code."""
    package = tmp_path / "proofs_checks"
    (package / "sub").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.setattr(cluster, "_SOURCES", ("proofs_checks_copy",))
    package.rename(tmp_path / "proofs_checks_copy")
    monkeypatch.syspath_prepend(tmp_path)
    seen = set()
    for text in ("a = 1", "a = 2", "a = 2 "):
        (tmp_path / "proofs_checks_copy" / "sub" / "one.py").write_text(text)
        cluster.this_code.cache_clear()
        seen.add(cluster.this_code()["sources"])
    cluster.this_code.cache_clear()
    assert len(seen) == 3


def test_the_page_multiplies_what_the_command_printed():
    page = (Path(__file__).parents[2] / "docs" / "distributed.md").read_text()
    size, tiles, blocks, terabytes = map(
        float, re.search(r"n = (\d+): (\d+) tiles in (\d+) blocks, ([\d.]+) TB", page).groups()
    )
    assert (size, terabytes) == (1e6, 8)
    for count, side in ((tiles, 512), (blocks, 4096)):
        rows = math.ceil(size / side)
        assert count == rows * (rows + 1) // 2
    cores = [int(c) for c in re.findall(r"hours on (\d+)", page)]
    costs, hours = (
        {row[0]: row[1:] for row in (line.split() for line in re.findall(r"^ +\d+ +[\d.]+ .*$", part, re.M))}
        for part in page.split("n = 1000000:")
    )
    assert set(costs) == set(hours) == {"64", "784"}
    for width, row in hours.items():
        for shown, number in zip(row, cores, strict=True):
            assert float(shown) == pytest.approx(float(costs[width][0]) * 1e-3 * tiles / 3600 / number, rel=0.01)


def test_the_lines_of_the_page_run(client, tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "distributed.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    points = np.random.default_rng(1).standard_normal((60, 4))
    np.save(tmp_path / "x.npy", points)
    found = {}
    exec(code.replace("tcp://10.0.0.1:8786", client.scheduler.address).replace("/shared", str(tmp_path)), found)
    truth = gram_kernel(points, DepthMap("relu", 100, weight_variance=2)).values
    np.testing.assert_allclose(np.load(tmp_path / "k.npy"), truth, rtol=0, atol=1e-14 * truth.max())
    np.testing.assert_allclose(found["sums"], truth.sum(axis=1), rtol=1e-12)
