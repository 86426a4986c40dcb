"""Kernel matrices on disk: in and out by memory map, killed and continued, and what a file left behind may not do."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import deepcond_sym
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError
from deepcond_sym.kernels import gram_kernel
from deepcond_sym.kernels.tile import Tile

RELU = DepthMap("relu", 3, weight_variance=2)


@pytest.fixture
def points():
    return np.random.default_rng(1).standard_normal((1100, 6))


class Interrupted(Exception):
    """Stands for a signal."""


def interrupt_after(count):
    def progress(done, total):
        if done >= count:
            raise Interrupted

    return progress


def test_a_file_in_and_a_file_out(tmp_path, points):
    np.save(tmp_path / "x.npy", points.astype(np.float32))
    found = gram_kernel(tmp_path / "x.npy", RELU, out=tmp_path / "k.npy")
    truth = gram_kernel(points.astype(np.float32), RELU).values
    assert isinstance(found.values, np.memmap)
    np.testing.assert_allclose(np.load(tmp_path / "k.npy"), truth, rtol=0, atol=1e-14 * truth.max())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k.npy", "x.npy"]
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    block = gram_kernel(mapped, RELU, other=mapped[:50], out=np.empty((1100, 50)))
    np.testing.assert_allclose(block.values, truth[:, :50], rtol=0, atol=1e-14 * truth.max())


def interrupted(tmp_path, points):
    """A run that stops after three tiles, all of which reach the file."""
    from deepcond_sym.kernels import gram

    old, gram._SECONDS = gram._SECONDS, 0.0
    try:
        with pytest.raises(Interrupted):
            gram_kernel(points, RELU, out=tmp_path / "k.npy", progress=interrupt_after(4), threads=1)
    finally:
        gram._SECONDS = old
    assert not (tmp_path / "k.npy").exists()
    listed = (tmp_path / "k.npy.tiles").read_text().splitlines()[1:]
    assert listed
    return len(listed)


def count_tiles(monkeypatch):
    filled = []
    fill = Tile.fill
    monkeypatch.setattr(Tile, "fill", lambda self, place, *to: (filled.append(place), fill(self, place, *to)))
    return filled


def test_both_kernels_go_to_two_files_and_go_on(tmp_path, points, monkeypatch):
    from deepcond_sym.kernels import gram

    monkeypatch.setattr(gram, "_SECONDS", 0.0)
    with pytest.raises(Interrupted):
        gram_kernel(points, RELU, "both", out=tmp_path / "k.npy", progress=interrupt_after(4), threads=1)
    names = ["k-nngp.npy", "k-ntk.npy"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(n + end for n in names for end in (".part", ".tiles"))
    kept = [len((tmp_path / f"{name}.tiles").read_text().splitlines()) - 1 for name in names]
    assert kept[0] == kept[1] > 0
    # One of the two has lost a tile: that one is computed again.
    listed = (tmp_path / "k-ntk.npy.tiles").read_text().splitlines(keepends=True)
    (tmp_path / "k-ntk.npy.tiles").write_text("".join(listed[:-1]))
    filled = count_tiles(monkeypatch)
    found = gram_kernel(points, RELU, "both", out=tmp_path / "k.npy")
    assert len(filled) == 6 - kept[0] + 1
    assert sorted(p.name for p in tmp_path.iterdir()) == names
    for one, truth in zip(found, gram_kernel(points, RELU, "both"), strict=True):
        np.testing.assert_allclose(one.values, truth.values, rtol=0, atol=1e-14 * truth.values.max())
        assert "finished earlier" in one.notes[0]


def test_both_kernels_go_to_an_array_and_a_file(tmp_path, points):
    kernel, tangent = gram_kernel(points, RELU, "both", out=(np.empty((1100, 1100)), tmp_path / "t.npy"))
    truth = gram_kernel(points, RELU, "both")
    assert isinstance(tangent.values, np.memmap)
    for one, other in zip((kernel, tangent), truth, strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=0, atol=1e-14 * other.values.max())
    with pytest.raises(InputError, match="pair of arrays or paths"):
        gram_kernel(points, RELU, "both", out=(tmp_path / "t.npy",))
    with pytest.raises(InputError, match="Another run"):
        gram_kernel(points, RELU, "both", out=(tmp_path / "t.npy", tmp_path / "t.npy"))


def test_an_interrupted_run_goes_on(tmp_path, points, monkeypatch):
    kept = interrupted(tmp_path, points)
    filled = count_tiles(monkeypatch)
    found = gram_kernel(points, RELU, out=tmp_path / "k.npy")
    assert len(filled) == 6 - kept
    assert f"{kept} tiles were finished earlier" in found.notes[0]
    truth = gram_kernel(points, RELU).values
    np.testing.assert_allclose(found.values, truth, rtol=0, atol=1e-14 * truth.max())


@pytest.mark.parametrize("change", ["data", "network", "kernel", "ratio", "one entry"])
def test_a_file_of_other_inputs_is_not_continued(tmp_path, points, change, monkeypatch):
    interrupted(tmp_path, points)
    other = points.copy()
    if change == "data":
        other = other[::-1].copy()
    elif change == "one entry":
        other[1050, 3] = np.nextafter(other[1050, 3], 9)
    network = DepthMap("relu", 4, weight_variance=2) if change == "network" else RELU
    kernel, ratio = "nngp" if change == "kernel" else "ntk", True if change == "ratio" else None
    filled = count_tiles(monkeypatch)
    found = gram_kernel(other, network, kernel, ratio=ratio, out=tmp_path / "k.npy")
    assert len(filled) == 6
    assert "is of other inputs or options" in found.notes[0]
    truth = gram_kernel(other, network, kernel, ratio=ratio).values
    np.testing.assert_allclose(found.values, truth, rtol=0, atol=1e-14 * truth.max())


def test_a_damaged_list_is_not_believed(tmp_path, points, monkeypatch):
    interrupted(tmp_path, points)
    whole = (tmp_path / "k.npy.tiles").read_text()
    for text in ("", "{", "[]", '{"key": 3}\n', whole + "x y done\n"):
        (tmp_path / "k.npy.tiles").write_text(text)
        found = gram_kernel(points, RELU, out=tmp_path / "k.npy")
        assert "the matrix is computed from the start" in found.notes[0]
        (tmp_path / "k.npy.tiles").write_text(whole)
        np.save(tmp_path / "small", np.zeros((3, 3)))
        os.replace(tmp_path / "small.npy", tmp_path / "k.npy.part")
    truth = gram_kernel(points, RELU).values
    found = gram_kernel(points, RELU, out=tmp_path / "k.npy")
    assert "damaged" in found.notes[0]
    np.testing.assert_allclose(found.values, truth, rtol=0, atol=1e-14 * truth.max())


def test_a_line_that_was_cut_off_is_no_tile(tmp_path, points, monkeypatch):
    """'1 0' without its end might have become '1 07': the tile is computed again."""
    kept = interrupted(tmp_path, points)
    with (tmp_path / "k.npy.tiles").open("a") as file:
        file.write("2 2")
    filled = count_tiles(monkeypatch)
    gram_kernel(points, RELU, out=tmp_path / "k.npy")
    assert len(filled) == 6 - kept


CHILD = """
import sys, numpy as np
from deepcond_sym.kernels import gram, gram_kernel
from deepcond_sym.depth import DepthMap
gram._SECONDS = 0.0
def progress(done, total):
    print(done, flush=True)
    import time; time.sleep(0.05)
gram_kernel(sys.argv[1], DepthMap("relu", 3, weight_variance=2), out=sys.argv[2], progress=progress, threads=2)
"""


def test_a_killed_process_has_left_whole_tiles(tmp_path, monkeypatch):
    points = np.random.default_rng(1).standard_normal((3000, 6))
    np.save(tmp_path / "x.npy", points)
    env = {**os.environ, "PYTHONPATH": str(Path(deepcond_sym.__file__).parents[1])}
    command = [sys.executable, "-c", CHILD, str(tmp_path / "x.npy"), str(tmp_path / "k.npy")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 8:
                child.send_signal(signal.SIGKILL)
                break
    time.sleep(0.1)
    assert not (tmp_path / "k.npy").exists()
    filled = count_tiles(monkeypatch)
    found = gram_kernel(tmp_path / "x.npy", RELU, out=tmp_path / "k.npy")
    assert 0 < len(filled) < 21
    truth = gram_kernel(points, RELU).values
    np.testing.assert_allclose(found.values, truth, rtol=0, atol=1e-14 * truth.max())


def test_what_cannot_be_written_is_refused(tmp_path, points):
    for name, message in (("k.txt", "called|call it"), ("none/k.npy", "no folder")):
        with pytest.raises(InputError, match=message):
            gram_kernel(points, RELU, out=tmp_path / name)


def test_two_runs_do_not_share_a_file(tmp_path, points):
    pytest.importorskip("fcntl")

    def again(done, total):
        with pytest.raises(InputError, match="Another run"):
            gram_kernel(points, RELU, out=tmp_path / "k.npy")

    gram_kernel(points, RELU, out=tmp_path / "k.npy", progress=again)
    assert json.dumps(sorted(p.name for p in tmp_path.iterdir())) == '["k.npy"]'
