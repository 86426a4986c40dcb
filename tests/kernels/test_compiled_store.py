"""The cache of compiled maps: what comes out is what was put in, or nothing. A damaged file is never believed."""

import dataclasses
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import Activation, activation, from_pieces
from deepcond_sym.activations.piece import Piece
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError
from deepcond_sym.kernels import compile_map, compiled, compiled_store
from deepcond_sym.kernels.compiled_build import compiled_tables
from deepcond_sym.symbols import x

NETWORK = DepthMap("relu", 3, weight_variance=2)
TABLES = compiled_tables(NETWORK, True)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPCOND_CACHE", str(tmp_path / "maps"))
    return tmp_path / "maps"


@pytest.fixture
def builds(monkeypatch):
    """The networks that were compiled and not found."""
    made = []

    def counted(network, tangent, slopes):
        made.append((network, tangent))
        return dataclasses.replace(TABLES, tangent=TABLES.tangent if tangent else None)

    monkeypatch.setattr(compiled, "compiled_tables", counted)
    return made


def same(first, second):
    for field in dataclasses.fields(first):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype
            assert one.tobytes() == other.tobytes()
        else:
            assert one == other
    return True


def only_file(folder):
    (path,) = folder.iterdir()
    return path


def test_what_is_found_is_what_was_computed(folder):
    made = compile_map(NETWORK, "ntk")
    found = compile_map(NETWORK, "ntk")
    assert found._tables is not made._tables
    assert same(made._tables, found._tables)
    assert same(made._tables, compile_map(NETWORK, "ntk", cache=False)._tables)
    u = np.array([0.0, 1e-12, 0.3, 1.0])
    assert np.array_equal(made.ntk(1 - u, u), found.ntk(1 - u, u))


def test_a_second_time_nothing_is_computed(folder, builds):
    for quantity in ("ntk", "both", "ntk", "nngp", "nngp"):
        compile_map(NETWORK, quantity)
    assert [tangent for _, tangent in builds] == [True, False]


def test_infinite_bounds_and_missing_tables_come_back(folder):
    odd = dataclasses.replace(TABLES, tangent=None, relative_error=np.inf, log_variance=-np.inf, mirror="odd")
    for _ in range(2):
        assert same(compiled_store.stored_tables(NETWORK, False, lambda: odd), odd)
    assert len(list(folder.iterdir())) == 1
    with pytest.raises(TypeError, match="no form"):
        compiled_store._encoded(dataclasses.replace(TABLES, mirror=(1, 2)), "key")


BASE = {"source": "relu", "depth": 3, "weight_variance": 2, "bias_variance": 0}


@pytest.mark.parametrize(
    "change",
    [
        {"source": "abs"},
        {"source": activation("relu").normalized()},
        {"source": activation("tanh").normalized()},
        {"source": "leaky_relu(1/100)"},
        {"source": "leaky_relu(1/101)"},
        {"depth": 4},
        {"weight_variance": "2000000000000000000001/1000000000000000000000"},
        {"weight_variance": sp.sqrt(4 + sp.Rational(1, 10**30))},
        {"bias_variance": "1/10"},
    ],
)
def test_networks_that_differ_in_anything_do_not_meet(folder, builds, change):
    for parameters in (BASE, BASE | change, BASE, BASE | change):
        compile_map(DepthMap(**parameters), "ntk")
    assert len(builds) == 2


def test_normalisation_is_part_of_the_name():
    """The formula of a normalised tanh has a symbol for its deviation, which depends on the variance it refers to."""
    tanh = activation("tanh").normalized()
    names = {
        compiled_store._key(DepthMap(source, 2), True)
        for source in (activation("tanh"), tanh, tanh.at_variance(4), activation("tanh(2*x)").normalized())
    }
    assert len(names) == 4
    assert None not in names


def test_equal_formulas_meet_whatever_they_are_called(folder, builds):
    for source in ("relu", "max(x, 0)", sp.Max(0, x)):
        compile_map(DepthMap(source, 3, 2), "ntk")
    compile_map(DepthMap("relu", 3, 2.0), "ntk")
    assert len(builds) == 1


def test_functions_and_classes_of_the_user_are_not_named_by_their_name(folder):
    class Mine(Activation):
        pass

    class erf(sp.Function):
        """Not the error function."""

    assert compiled_store._structure(Mine("mine", sp.Max(0, x))) is None
    assert compiled_store._written([erf(x)]) is None
    assert compiled_store._written([sp.erf(x)]) is not None


def test_pieces_count():
    """`pieces` may be given beside the formula."""
    line = from_pieces("line", (Piece(-sp.oo, sp.oo, x),))
    bent = Activation("line", x, (Piece(-sp.oo, sp.S.Zero, 2 * x), Piece(sp.S.Zero, sp.oo, x)))
    assert compiled_store._structure(line) != compiled_store._structure(bent)


def test_other_program_text_means_another_table(folder, builds, monkeypatch):
    compile_map(NETWORK, "ntk")
    monkeypatch.setattr(compiled_store, "_program", lambda: "of tomorrow")
    compile_map(NETWORK, "ntk")
    compile_map(NETWORK, "ntk")
    monkeypatch.setattr(compiled_store, "_program", lambda: None)
    compile_map(NETWORK, "ntk")
    assert len(builds) == 3
    assert len(list(folder.iterdir())) == 2


def test_every_source_file_counts(tmp_path, monkeypatch):
    """The digest changes with a file of any of the folders, with its name, and with the version of a library."""
    root = tmp_path / "deepcond_sym"
    for name in compiled_store._SOURCES:
        path = root / name
        if name.endswith(".py"):
            path.parent.mkdir(exist_ok=True)
            path.write_text("1")
        else:
            (path / "inner").mkdir(parents=True)
            (path / "a.py").write_text("1")
            (path / "inner" / "b.py").write_text("1")
    monkeypatch.setattr(compiled_store, "__file__", str(root / "kernels" / "compiled_store.py"))
    digest = compiled_store._program.__wrapped__
    seen = [digest()]
    assert digest() == seen[0]
    for path in sorted(root.rglob("*.py")):
        path.write_text("2")
        seen.append(digest())
    (root / "duals" / "a.py").rename(root / "duals" / "c.py")
    seen.append(digest())
    monkeypatch.setattr(compiled_store, "version", lambda name: "0")
    seen.append(digest())
    assert len(set(seen)) == len(seen)
    (root / "errors.py").unlink()
    assert digest() is None


def test_a_file_that_is_cut_off_is_never_believed(folder, builds):
    compile_map(NETWORK, "ntk")
    path = only_file(folder)
    whole = path.read_bytes()
    key = json.loads(whole.split(b"\n")[1])["key"]
    places = {*range(200), *range(len(whole) - 200, len(whole)), *range(0, len(whole), 4099)}
    for size in sorted(places):
        path.write_bytes(whole[:size])
        assert compiled_store._read(path, key) is None
    path.write_bytes(whole + b"0")
    assert compiled_store._read(path, key) is None
    found = compile_map(NETWORK, "ntk")
    assert len(builds) == 2
    assert same(found._tables, TABLES)
    assert path.read_bytes() == whole


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), header=st.booleans())
def test_a_changed_byte_is_never_believed(place, change, header):
    data = bytearray(ENCODED)
    data[int(place * (1500 if header else len(data)))] ^= change
    with pytest.raises((ValueError, KeyError, TypeError)):
        compiled_store._decoded(bytes(data), "a key")


ENCODED = compiled_store._encoded(TABLES, "a key")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_are_no_table(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert compiled_store._read(path, "a key") is None


def test_a_file_of_another_network_under_this_name_is_not_believed(folder, builds):
    """Digest and length are right, the text inside is not."""
    compile_map(NETWORK, "ntk")
    path = only_file(folder)
    path.write_bytes(ENCODED)
    compile_map(NETWORK, "ntk")
    assert len(builds) == 2
    assert same(compiled_store._decoded(ENCODED, "a key"), TABLES)


@pytest.mark.parametrize("tamper", [
    lambda head: head["values"].pop("kernel_error"),
    lambda head: head["values"].update(extra={"text": None}),
    lambda head: head["values"]["w"].update(shape=[2, 2050, 9]),
    lambda head: head["values"]["w"].update(shape=[-1]),
    lambda head: head["values"].update(kernel_error={"double": "not a number"}),
    lambda head: head.update(values=[]),
    lambda head: head.pop("key"),
])  # fmt: skip
def test_a_file_with_a_right_digest_and_another_form_is_refused(tmp_path, tamper):
    import hashlib

    magic, head, rest = ENCODED[:-32].split(b"\n", 2)
    parsed = json.loads(head)
    tamper(parsed)
    body = b"\n".join([magic, json.dumps(parsed).encode(), rest])
    (tmp_path / "file").write_bytes(body + hashlib.sha256(body).digest())
    assert compiled_store._read(tmp_path / "file", "a key") is None


def test_a_pickle_is_not_opened(tmp_path):
    """The bytes of a pickle that would make a folder, alone and inside an .npy file."""
    import pickle

    class Attack:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "opened"),)

    for number, data in enumerate((pickle.dumps(Attack()), ENCODED[:-32] + pickle.dumps(Attack()))):
        (tmp_path / str(number)).write_bytes(data)
        assert compiled_store._read(tmp_path / str(number), "a key") is None
    np.save(tmp_path / "a.npy", np.array([Attack()], dtype=object), allow_pickle=True)
    assert compiled_store._read(tmp_path / "a.npy", "a key") is None
    assert not (tmp_path / "opened").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(folder, builds):
    compile_map(NETWORK, "ntk")
    path = only_file(folder)
    path.unlink()
    os.mkfifo(path)
    compile_map(NETWORK, "ntk")
    compile_map(NETWORK, "ntk")
    assert len(builds) == 2


def test_a_folder_that_cannot_be_written(folder, builds, monkeypatch):
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):

        def refused(*_, **__):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(compiled_store.tempfile, "NamedTemporaryFile", refused)
    compile_map(NETWORK, "ntk")
    compile_map(NETWORK, "ntk")
    assert len(builds) == 2
    assert list(folder.iterdir()) == []


def test_a_file_where_the_folder_should_be(folder, builds):
    folder.write_text("in the way")
    compile_map(NETWORK, "ntk")
    assert folder.read_text() == "in the way"
    assert compiled_store.cached_files() == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_behind(folder, builds, monkeypatch, call):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiled_store.os, call, full)
    compile_map(NETWORK, "ntk")
    assert list(folder.iterdir()) == []


def test_an_interruption_leaves_nothing_behind(folder, builds, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(compiled_store.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compile_map(NETWORK, "ntk")
    assert list(folder.iterdir()) == []


def test_switched_off(folder, builds, monkeypatch):
    compile_map(NETWORK, "ntk", cache=False)
    assert not folder.exists()
    monkeypatch.setenv("DEEPCOND_CACHE", "")
    assert compiled_store.cache_folder() is None
    compile_map(NETWORK, "ntk")
    compile_map(NETWORK, "ntk")
    assert len(builds) == 3


def test_the_folder_of_the_platform(monkeypatch, tmp_path):
    monkeypatch.delenv("DEEPCOND_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert compiled_store.cache_folder() == tmp_path / ".cache" / "deepcond"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert compiled_store.cache_folder() == tmp_path / ".cache" / "deepcond"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    assert compiled_store.cache_folder() == tmp_path / "c" / "deepcond"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert compiled_store.cache_folder() == tmp_path / "Library" / "Caches" / "deepcond"
    monkeypatch.setenv("DEEPCOND_CACHE", "~/maps")
    assert compiled_store.cache_folder() == tmp_path / "maps"
    monkeypatch.setenv("DEEPCOND_CACHE", "~nobody-of-this-name/maps")
    assert compiled_store.cache_folder() is None


def test_the_tests_do_not_write_into_the_cache_of_the_user():
    assert "deepcond-tests-" in str(compiled_store.cache_folder())


WRITER = """
import sys
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import compile_map, compiled_store
compile_map(DepthMap("relu", 3, 2), "ntk")
folder = compiled_store.cache_folder()
(path,) = [file for file in folder.iterdir() if file.suffix == ".map"]
data, key = path.read_bytes(), compiled_store._key(DepthMap("relu", 3, 2), True)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(60):
    compiled_store._write(path, data)
    assert compiled_store._read(path, key) is not None, "a file was seen half written"
print("done")
"""


def test_two_processes_at_once(folder):
    """Each writes the same file again and again, and reads what the other is writing."""
    command = [sys.executable, "-c", WRITER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    writers = [subprocess.Popen(command, **pipes) for _ in range(2)]
    try:
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            out, err = writer.communicate(timeout=120)
            assert (out, err, writer.returncode) == ("done\n", "", 0)
    finally:
        for writer in writers:
            writer.kill()
    assert same(compile_map(NETWORK, "ntk")._tables, TABLES)
    assert only_file(folder).suffix == ".map"


NAMES = """
from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import compiled_store
for name in ("gelu", "silu", "elu", "x*exp(-x**2/2) + x**2 + sin(x) + max(x, 1/3, -2)"):
    print(compiled_store._key(DepthMap(activation(name).normalized(), 9, "5/4", "1/7"), True))
"""


def test_processes_agree_on_the_names():
    """Whatever order the hashes of a process give to the terms of a formula."""
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", NAMES], capture_output=True, text=True, env=os.environ | {"PYTHONHASHSEED": seed}
        )
        assert done.stderr == ""
        assert len(set(done.stdout.splitlines())) == 4
        found.add(done.stdout)
    assert len(found) == 1


def test_a_killed_writer_leaves_a_file_that_is_cleared_away(folder, builds):
    compile_map(NETWORK, "ntk")
    path = only_file(folder)
    old, new = path.with_name(path.stem + ".abc_1.part"), path.with_name(path.stem + ".abc_2.part")
    for left in (old, new):
        left.write_bytes(b"half")
    os.utime(old, (time.time() - 1e6,) * 2)
    compile_map(DepthMap("relu", 4, 2), "ntk")
    assert not old.exists()
    assert new.exists()


def test_the_cache_does_not_grow_without_end(folder, builds, monkeypatch):
    """The map that was used last stays, also if it was not the last to be made."""
    monkeypatch.setattr(compiled_store, "_MOST_BYTES", int(2.5 * len(ENCODED)))
    for depth in (1, 2):
        compile_map(DepthMap("relu", depth, 2), "ntk")
        file, _ = compiled_store.cached_files()[-1]
        os.utime(file, (time.time() - 100 + depth,) * 2)
    compile_map(DepthMap("relu", 1, 2), "ntk")
    compile_map(DepthMap("relu", 3, 2), "ntk")
    assert len(compiled_store.cached_files()) == 2
    builds.clear()
    compile_map(DepthMap("relu", 1, 2), "ntk")
    compile_map(DepthMap("relu", 2, 2), "ntk")
    assert [network.depth for network, _ in builds] == [2]


def test_files_of_the_user_in_that_folder_stay(folder, builds):
    compile_map(NETWORK, "ntk")
    for name in ("notes.map", "work.part", "f" * 64, "a.npy"):
        (folder / name).write_text("mine")
    (folder / ("f" * 64 + ".map")).mkdir()
    assert compiled_store.clear_cache() == (1, 0)
    assert len(list(folder.iterdir())) == 5


def test_refusals_are_not_stored(folder):
    with pytest.raises(InputError, match="0 everywhere"):
        compile_map(DepthMap("relu", 2, weight_variance=0), "ntk")
    assert not folder.exists()


def test_a_map_with_its_derivatives_is_another_one():
    plain = compile_map(NETWORK, "nngp")
    with_slopes = compile_map(NETWORK, "nngp", slopes=True)
    again = compile_map(NETWORK, "nngp", slopes=True)
    assert plain._tables.slope is None
    assert with_slopes._tables.slope is not None
    assert np.array_equal(again._tables.slope, with_slopes._tables.slope)
