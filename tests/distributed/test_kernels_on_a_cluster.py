"""Kernel matrices by Dask: the numbers of the undistributed ones, whoever computes them and whoever dies meanwhile."""

import os
import signal
import sys
from functools import partial

import numpy as np
import pytest

from deepcond_sym.depth import DepthMap
from deepcond_sym.distributed import gram_array, gram_file
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import gram_kernel
from deepcond_sym.kernels.gram_problem import GramProblem

RELU = DepthMap("relu", 3, weight_variance=2)
GELU = DepthMap(DepthMap("gelu", 1).activation.normalized(), 4)


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(1).standard_normal((1300, 6))


def same(found, truth):
    """Products of blocks of other shapes may round otherwise, by far less than one lost digit."""
    np.testing.assert_allclose(found, truth, rtol=0, atol=1e-14 * np.abs(truth).max())


def test_a_lazy_array_without_a_cluster(points):
    lazy = gram_array(points, RELU, tiles=1)
    truth = gram_kernel(points, RELU).values
    assert lazy.chunks == ((512, 512, 276), (512, 512, 276))
    same(lazy.compute(scheduler="sync"), truth)
    same(lazy[1000:, 3:5].compute(scheduler="threads"), truth[1000:, 3:5])
    same((lazy @ np.ones(1300)).compute(scheduler="sync"), truth @ np.ones(1300))


def test_half_of_a_symmetric_array_is_computed(points, monkeypatch):
    from deepcond_sym.distributed import blocks

    made = []
    monkeypatch.setattr(blocks, "_rows", lambda part, kept=blocks._rows: (made.append(len(part)), kept(part))[1])
    matrix = gram_array(points, RELU, "nngp", tiles=1).compute(scheduler="sync")
    # three blocks on the diagonal need one set of rows each, three below it need two
    assert len(made) == 3 + 2 * 3
    assert np.array_equal(matrix, matrix.T)


def test_a_lazy_rectangle_and_its_options(points):
    options = {"unit_rows": True, "ratio": True}
    lazy = gram_array(points, GELU, "ntk", points[:700] + 1, tiles=2, **options)
    same(lazy.compute(scheduler="sync"), gram_kernel(points, GELU, "ntk", points[:700] + 1, **options).values)


def test_a_file_that_changes_is_noticed(points, tmp_path):
    np.save(tmp_path / "x.npy", points)
    lazy = gram_array(tmp_path / "x.npy", RELU, tiles=1)
    same(lazy[:512, :512].compute(scheduler="sync"), gram_kernel(points[:512], RELU).values)
    changed = points.copy()
    changed[600, 2] = np.nextafter(changed[600, 2], 9)
    np.save(tmp_path / "x.npy", changed)
    with pytest.raises(InputError, match=r"Rows 512 \.\. 1023 of .*x\.npy have changed"):
        lazy[600, 600].compute(scheduler="sync")


def test_arrays_and_files_on_a_cluster(client, points, tmp_path):
    truth = gram_kernel(points, RELU).values
    np.save(tmp_path / "x.npy", points)
    seen = []
    for data in (points, tmp_path / "x.npy"):
        lazy = gram_array(data, RELU, tiles=1, client=client)
        same(client.compute(lazy).result(), truth)
    for data in (points, str(tmp_path / "x.npy")):
        made = gram_file(client, data, RELU, out=tmp_path / "k.npy", progress=lambda *counts: seen.append(counts))
        assert isinstance(made.values, np.memmap)
        same(np.load(tmp_path / "k.npy"), truth)
        here = gram_kernel(points, RELU)
        assert np.array_equal(made.log_diagonal, here.log_diagonal)
        assert (made.error_bound, made.method, made.notes) == (here.error_bound, here.method, ())
    assert [done for done, total in seen] == 2 * [1, 2, 3, 4, 5, 6]
    rectangle = gram_file(client, points[:600], RELU, "nngp", points, out=tmp_path / "r.npy", tiles=2)
    same(rectangle.values, gram_kernel(points[:600], RELU, "nngp", points).values)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k.npy", "r.npy", "x.npy"]


def test_both_kernels_at_once(client, points, tmp_path):
    truth = [one.values for one in gram_kernel(points, RELU, "both")]
    for found, one in zip(gram_array(points, RELU, "both", tiles=2), truth, strict=True):
        same(found.compute(scheduler="sync"), one)
    made = gram_file(client, points, RELU, "both", out=tmp_path / "k.npy")
    assert [one.kernel for one in made] == ["nngp", "ntk"]
    for found, one in zip(made, truth, strict=True):
        same(found.values, one)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k-nngp.npy", "k-ntk.npy"]


def with_tiles_that(monkeypatch, act):
    """Whoever makes tiles on a worker does this first."""

    class Acting(GramProblem):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)

            # a function inside a function is sent by value: the workers cannot import this file
            def make_tile(make, rows, columns):
                act()
                return make(rows, columns)

            self.make_tile = partial(make_tile, self.make_tile)

    for function in (gram_array, gram_file):
        monkeypatch.setattr(sys.modules[function.__module__], "GramProblem", Acting)


@pytest.mark.parametrize("way", ["array", "file"])
def test_a_worker_that_is_killed_costs_a_retry(client, points, tmp_path, monkeypatch, way):
    """Also the rows that only the killed worker held are there again."""
    flag = tmp_path / "killed"
    client.wait_for_workers(2, timeout=60)
    before = set(client.run(os.getpid).values())

    def die_once():
        if not flag.exists():
            flag.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)

    with_tiles_that(monkeypatch, die_once)
    if way == "array":
        values = client.compute(gram_array(points, RELU, tiles=1, client=client)).result()
    else:
        values = gram_file(client, points, RELU, out=tmp_path / "k.npy", tiles=1).values
    assert int(flag.read_text()) in before
    same(values, gram_kernel(points, RELU).values)


def test_an_interrupted_run_goes_on_here_or_there(client, points, tmp_path, monkeypatch):
    class Interrupted(Exception):
        """Stands for a signal."""

    def interrupt(done, total):
        if done >= 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        gram_file(client, points, RELU, out=tmp_path / "k.npy", tiles=1, progress=interrupt)
    assert len((tmp_path / "k.npy.tiles").read_text().splitlines()) == 3
    truth = gram_kernel(points, RELU).values
    kept = (tmp_path / "k.npy.part").read_bytes(), (tmp_path / "k.npy.tiles").read_bytes()
    seen = []
    made = gram_file(client, points, RELU, out=tmp_path / "k.npy", tiles=1, progress=lambda *c: seen.append(c))
    assert seen == [(3, 6), (4, 6), (5, 6), (6, 6)]
    assert made.notes == ("2 tiles were finished earlier, and are kept",)
    same(made.values, truth)
    (tmp_path / "k.npy").unlink()
    (tmp_path / "k.npy.part").write_bytes(kept[0])
    (tmp_path / "k.npy.tiles").write_bytes(kept[1])
    made = gram_kernel(points, RELU, out=tmp_path / "k.npy")
    assert made.notes == ("2 tiles were finished earlier, and are kept",)
    same(made.values, truth)


def test_what_a_worker_refuses_reaches_the_user(client, points, tmp_path):
    np.save(tmp_path / "x.npy", points)
    with pytest.raises(InputError, match="no folder"):
        gram_file(client, points, RELU, out=tmp_path / "none" / "k.npy")
    with pytest.raises(InputError, match="Row 3 of the data is zero"):
        gram_file(client, points * (np.arange(1300) != 3)[:, None], RELU, out=tmp_path / "k.npy")
    with pytest.raises(InputError, match="at least one tile"):
        gram_file(client, points, RELU, out=tmp_path / "k.npy", tiles=0)
    with pytest.raises(InputError, match="at least one tile"):
        gram_array(points, RELU, tiles=0)
    huge = points.copy()
    huge[1290:] *= 1e300
    with pytest.raises(AccuracyError, match="range of float64"):
        gram_file(client, huge, RELU, out=tmp_path / "k.npy", tiles=1)


def test_a_worker_does_not_write_into_the_file_of_another_run(client, points, tmp_path, monkeypatch):
    """A worker that is late finds that the file has been begun anew, with the key of other inputs."""

    def replace():
        (tmp_path / str(os.getpid())).write_text('{"key": "another"}\n')
        os.replace(tmp_path / str(os.getpid()), tmp_path / "k.npy.tiles")

    with_tiles_that(monkeypatch, replace)
    with pytest.raises(InputError, match="file of another run"):
        gram_file(client, points, RELU, out=tmp_path / "k.npy")
