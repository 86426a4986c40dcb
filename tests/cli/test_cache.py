"""`deepcond cache` as a user runs it."""

import json

import pytest

from deepcond_sym.cli import main
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import compile_map, compiled_store


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["cache", *arguments])
    out, err = capsys.readouterr()
    assert err == ""
    return stop.value.code, out


def test_what_is_there_and_that_it_can_be_deleted(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPCOND_CACHE", str(tmp_path / "maps"))
    assert run(capsys) == (0, f"{tmp_path / 'maps'}: 0 files, 0.0 MB\n")
    compile_map(DepthMap("relu", 2, weight_variance=2), "nngp")
    code, out = run(capsys, "--json")
    found = json.loads(out)
    assert (code, found["files"], found["folder"]) == (0, 1, str(tmp_path / "maps"))
    assert found["bytes"] == sum(file.stat().st_size for file in (tmp_path / "maps").iterdir()) > 250_000
    assert run(capsys, "--clear") == (0, f"{tmp_path / 'maps'}: 0 files, 0.0 MB\n1 files deleted\n")
    assert list((tmp_path / "maps").iterdir()) == []


def test_no_cache(capsys, monkeypatch):
    monkeypatch.setenv("DEEPCOND_CACHE", "")
    code, out = run(capsys)
    assert code == 0
    assert out.startswith("no cache")


def test_what_cannot_be_deleted_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPCOND_CACHE", str(tmp_path))
    (tmp_path / ("0" * 64 + ".map")).write_text("kept")

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(compiled_store.Path, "unlink", refused)
    code, out = run(capsys, "--clear")
    monkeypatch.undo()
    assert code == 1
    assert "1 could not be deleted" in out
