"""A quick look at an NPZ file: what it finds, and what it refuses before reading it."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import DataRefused
from studio.data import archive
from studio.data.archive import ArchiveLook, ArrayLook, look_at_npz
from studio.data.look import look_at


def saved(folder: Path, **arrays: Any) -> Path:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return path


def npy(array: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def zipped(folder: Path, *members: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    path = folder / "data.npz"
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members:
            file.writestr(name, content)
    return path


def refusal(path: Path) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        look_at_npz(path)
    assert caught.value.advice
    return caught.value


def test_arrays_are_known_by_shape_dtype_and_range(tmp_path: Path) -> None:
    images = np.arange(5 * 4, dtype=np.uint8).reshape(5, 2, 2)
    look = look_at_npz(saved(tmp_path, images=images, y=np.array([3, 1, 3, 1, 1]), w=np.array([0.5, np.nan, -2, 1, 0])))
    assert [(each.name, each.shape, each.dtype) for each in look.arrays] == [
        ("images", (5, 2, 2), "uint8"),
        ("y", (5,), "int64"),
        ("w", (5,), "float64"),
    ]
    assert [(each.minimum, each.maximum) for each in look.arrays] == [(0, 19), (1, 3), (-2, 1)]
    assert [each.distinct for each in look.arrays] == [None, ("1", "3"), None]
    assert (look.examples, look.mismatched) == (5, ())


@pytest.mark.parametrize(
    ("values", "distinct"),
    [
        (np.array(["b", "a", "b"]), ("a", "b")),
        (np.array([b"b", b"a", b"b"]), ("a", "b")),
        (np.array([True, False, True]), ("False", "True")),
        (np.array([-1, 10, 2]), ("-1", "2", "10")),
    ],
    ids=["texts", "bytes", "booleans", "integers"],
)
def test_the_different_values_of_a_vector_are_listed(tmp_path: Path, values: Any, distinct: tuple[str, ...]) -> None:
    assert look_at_npz(saved(tmp_path, y=values)).arrays[0].distinct == distinct


def test_the_values_of_a_vector_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    many = np.repeat(np.arange(30), np.arange(1, 31))
    few, more, tall = look_at_npz(saved(tmp_path, few=np.array(["b", "a", "b"]), more=many, tall=np.eye(4))).arrays
    assert few.frequent == (("b", 2), ("a", 1))
    assert more.frequent == tuple((str(value), value + 1) for value in range(29, 9, -1))
    assert tall.frequent == ()


@pytest.mark.parametrize(
    ("values", "histogram"),
    [
        (np.array([0.0, 0.1, 10.0, np.nan, np.inf]), (2, *(0,) * 18, 1)),
        (np.array([[3.0], [3.0]]), (2, *(0,) * 19)),
        (np.array([-1e308, 1e308]), (2, *(0,) * 19)),
        (np.array([np.nan]), ()),
        (np.array(["a"]), ()),
        (np.zeros((4, 2)), ()),
    ],
    ids=["numbers", "one value", "wider than a float", "nothing", "texts", "several numbers"],
)
def test_numbers_one_for_each_example_are_counted_in_bins(
    tmp_path: Path, values: Any, histogram: tuple[int, ...]
) -> None:
    assert look_at_npz(saved(tmp_path, y=values)).arrays[0].histogram == histogram


def test_compressed_fortran_and_empty_arrays_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez_compressed(path, f=np.asfortranarray([[1, 2], [3, 4]]), e=np.zeros((2, 0)), s=np.float32(3))
    look = look_at_npz(path)
    assert [(each.minimum, each.maximum) for each in look.arrays] == [(1, 4), (None, None), (3, 3)]
    assert (look.examples, look.mismatched) == (2, ("s",))


def test_arrays_with_another_first_axis_are_reported(tmp_path: Path) -> None:
    look = look_at_npz(saved(tmp_path, x=np.zeros((10, 3)), y=np.zeros(10), z=np.zeros(9)))
    assert (look.examples, look.mismatched) == (10, ("z",))


def test_only_the_first_bytes_of_a_large_array_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_LOOKED_BYTES", 80)
    values = np.zeros(100)
    values[50] = 7
    look = look_at_npz(saved(tmp_path, x=values)).arrays[0]
    assert (look.is_whole, look.maximum, look.shape) == (False, 0, (100,))


def test_pickled_objects_are_refused_by_name_and_never_loaded(tmp_path: Path) -> None:
    refused = refusal(saved(tmp_path, fine=np.zeros(2), bad=np.array([{}, []], dtype=object)))
    assert refused.code == "npz.object"
    assert "bad" in refused.text


def test_arrays_with_fields_are_refused(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, x=np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))).code == "npz.record"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 10, b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    assert refusal(path).code in {"npz.kind", "npz.read", "npz.empty"}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.npz").code == "npz.read"


def test_a_member_that_is_no_array_is_refused(tmp_path: Path) -> None:
    assert refusal(zipped(tmp_path, ("x.npy", b"hello there"))).code == "npz.read"


def test_an_array_cut_short_is_refused(tmp_path: Path) -> None:
    assert refusal(zipped(tmp_path, ("x.npy", npy(np.zeros(100))[:-8]))).code == "npz.short"


def test_a_file_cut_short_is_refused_at_every_length(tmp_path: Path) -> None:
    path = saved(tmp_path, x=np.arange(10), y=np.arange(10))
    content = path.read_bytes()
    for length in range(0, len(content) - 1, 7):
        path.write_bytes(content[:length])
        refusal(path)


def test_flipped_bytes_are_refused_or_make_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez_compressed(path, x=np.arange(50), y=np.arange(50.0))
    content = path.read_bytes()
    for place in range(0, len(content), 3):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        with contextlib.suppress(DataRefused):
            assert look_at_npz(path).arrays


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("x.npy", "x.npy"), ("x.npy", "x")])
def test_two_arrays_of_one_name_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    assert refusal(zipped(tmp_path, *((name, npy(np.zeros(2))) for name in names))).code == "npz.duplicate"


@pytest.mark.parametrize("name", ["../x.npy", "a/../../x.npy", "/x.npy"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    assert refusal(zipped(tmp_path, (name, npy(np.zeros(2))))).code == "npz.name"


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    link = zipfile.ZipInfo("x.npy")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(link, "/etc/passwd")
    assert refusal(path).code == "npz.name"


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("x.npy", npy(np.zeros(50))), ("y.npy", npy(np.zeros(50))))
    content = bytearray(path.read_bytes())
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)  # the second one begins where the first one does
    path.write_bytes(content)
    assert refusal(path).code == "npz.overlap"


def test_a_bomb_is_refused_by_its_declared_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "RATIO_MATTERS_BYTES", 1000)
    zeros = npy(np.zeros(1_000_000, dtype=np.uint8))
    assert refusal(zipped(tmp_path, ("x.npy", zeros), compression=zipfile.ZIP_DEFLATED)).code == "npz.ratio"
    assert look_at_npz(zipped(tmp_path, ("x.npy", zeros))).arrays[0].maximum == 0


def test_more_than_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_DECLARED_BYTES", 1000)
    assert refusal(saved(tmp_path, x=np.zeros(1000))).code == "npz.large"


def test_too_many_members_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = zipped(tmp_path, *((f"{number}.npy", b"") for number in range(archive.MAX_MEMBERS + 1)))
    assert refusal(path).code == "npz.members"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(tmp_path: Path, method: int) -> None:
    assert refusal(zipped(tmp_path, ("x.npy", npy(np.zeros(2))), compression=method)).code == "npz.compression"


def test_a_file_of_one_array_is_called_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "heights.npy"
    np.save(path, np.arange(6.0).reshape(3, 2))
    look = look_at(path)
    assert isinstance(look, ArchiveLook)
    assert (look.examples, look.arrays) == (3, (ArrayLook("heights", (3, 2), "float64", 0.0, 5.0),))


@pytest.mark.parametrize(
    ("array", "code"),
    [(np.array([{}]), "npz.object"), (np.array(3.0), "npz.scalar"), (np.zeros(3, [("a", "i4")]), "npz.record")],
)
def test_arrays_that_are_none_of_examples_are_refused(tmp_path: Path, array: Any, code: str) -> None:
    path = tmp_path / "x.npy"
    np.save(path, array, allow_pickle=True)
    with pytest.raises(DataRefused) as caught:
        look_at(path)
    assert caught.value.code == code


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"no array at all"])
def test_what_is_no_array_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.npy"
    path.write_bytes(content)
    with pytest.raises(DataRefused, match=r"x\.npy cannot be read as a NumPy array"):
        look_at(path)


def test_an_array_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.zeros((100, 10)))
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DataRefused, match="holds less or more"):
        look_at(path)
