#!/usr/bin/env python3
"""hostile.py -- result files that somebody made up: whole by their digest, wrong inside. Makes them from a good one.

usage: hostile.py GOOD.h5 FOLDER      writes FOLDER/NAME.h5 for every kind and prints the names
       hostile.py --seal FILE         recomputes length and digest of the envelope
"""
import hashlib
import os
import struct
import sys

import h5py
import numpy as np

BLOCK = 512


def seal(path):
    """The envelope: magic, version, length, SHA-256 of what follows the block, generation (kept)."""
    data = bytearray(open(path, "rb").read())
    data[16:24] = struct.pack("<Q", len(data))
    data[24:56] = hashlib.sha256(bytes(data[BLOCK:])).digest()
    open(path, "wb").write(data)


def observable(f):
    return f["observables"][sorted(f["observables"])[0]]


def replace(group, name, **how):
    """The dataset anew, with other data or other storage; its attributes kept."""
    notes = dict(group[name].attrs)
    if h5py.check_string_dtype(group[name].dtype) and "dtype" not in how:
        how.pop("chunks", None)  # texts are stored in one piece
        how["dtype"] = h5py.string_dtype() if how.get("data", np.empty(0, object)).dtype.kind == "O" else None
    data = how.pop("data", None)
    if data is None and "shape" not in how:
        data = group[name][...]
    del group[name]
    d = group.create_dataset(name, data=data, **how)
    if "long_name" in notes:
        d.attrs["long_name"] = notes["long_name"]
    return d


def low_level(group, name, shape, dtype, change):
    """A dataset whose creation properties `change` sets."""
    del group[name]
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    change(plist)
    space = h5py.h5s.create_simple(shape)
    h5py.h5d.create(group.id, name.encode(), h5py.h5t.py_create(np.dtype(dtype)), space, plist)


def chunked(*chunk):
    return lambda p: p.set_chunk(chunk)


def component_of_rank_two(f):
    replace(observable(f), "component", data=np.full((64, 192), b"0" * 24, dtype="S24"), chunks=(64, 192))


def component_variable(f):
    replace(observable(f), "component", data=["0"] * len(observable(f)["component"]), dtype=h5py.string_dtype(), chunks=(1,))


def samples_as_text(f):
    replace(f["cells"], "samples", data=np.array([b"many"] * len(f["cells/samples"])), chunks=(1,))


def depth_as_text(f):
    replace(f["cells"], "depth", data=np.array([b"deep"] * len(f["cells/depth"])), chunks=(1,))


def text_variable(f):
    replace(f["cells"], "activation", data=["x"] * len(f["cells/depth"]), dtype=h5py.string_dtype(), chunks=(1,))


def samples_missing(f):
    del f["cells/samples"]


def samples_negative(f):
    replace(f["cells"], "samples", data=-np.ones(len(f["cells/depth"])), chunks=(1,))


def depth_not_a_number(f):
    replace(f["cells"], "depth", data=np.full(len(f["cells/depth"]), np.nan), chunks=(1,))


def columns_of_other_lengths(f):
    replace(f["cells"], "depth", data=np.ones(1 + len(f["cells/depth"])), chunks=(1,))


def no_cells(f):
    for name in list(f["cells"]):
        replace(f["cells"], name, shape=(0,), dtype="f8", maxshape=(None,), chunks=(1,))


def product_wraps(f):
    """2^32 x 2^29 x 8 = 2^64: nothing is stored."""
    o = observable(f)
    low_level(o, "histogram", (1 << 32, 1 << 29, 8), "u8", chunked(1, 1, 8))


def product_wraps_everywhere(f):
    """cells x components wraps to what is there."""
    n = 1 << 61
    low_level(f["cells"], "cell", (n,), "f8", chunked(8))
    for name in list(f["cells"]):
        low_level(f["cells"], name, (n,), "f8", chunked(8))


def asks_for_terabytes(f):
    low_level(observable(f), "mean", (1 << 20, 1 << 20), "f8", chunked(1 << 10, 1 << 10))


def unwritten(f):
    o = observable(f)
    low_level(o, "mean", o["mean"].shape, "f8", chunked(1, 1))


def external_storage(f):
    o = observable(f)
    low_level(o, "mean", o["mean"].shape, "f8", lambda p: p.set_external(b"/etc/passwd", 0, 8 * o["count"].size))


def external_text(f):
    n = len(f["cells/depth"])
    low_level(f["cells"], "activation", (n,), "S16", lambda p: p.set_external(b"/etc/passwd", 0, 16 * n))


def external_experiment(f):
    low_level(f, "experiment", (1,), "S64", lambda p: p.set_external(b"/etc/passwd", 0, 64))


def virtual_dataset(f):
    n = len(f["cells/depth"])
    layout = h5py.VirtualLayout(shape=(n,), dtype="f8")
    layout[:] = h5py.VirtualSource("victim.h5", "secret", shape=(n,))
    del f["cells/depth"]
    f["cells"].create_virtual_dataset("depth", layout)


def external_link(f):
    del f["cells/depth"]
    f["cells/depth"] = h5py.ExternalLink("victim.h5", "/secret")


def external_group(f):
    del f["observables"]
    f["observables"] = h5py.ExternalLink("victim.h5", "/observables")


def soft_link(f):
    f["elsewhere"] = f["cells/depth"][...]
    del f["cells/depth"]
    f["cells/depth"] = h5py.SoftLink("/elsewhere")


def group_for_array(f):
    del f["cells/depth"]
    f["cells"].create_group("depth")


def array_for_group(f):
    del f["observables"]
    f.create_dataset("observables", data=np.zeros(3), chunks=(3,))


def contiguous(f):
    replace(f["cells"], "depth")


def other_filter(f):
    o = observable(f)
    replace(o, "mean", chunks=o["mean"].shape, compression="lzf")


def numbers_of_four_bytes(f):
    o = observable(f)
    replace(o, "count", data=o["count"][...].astype("u4"), chunks=o["count"].shape)


def numbers_of_other_order(f):
    o = observable(f)
    replace(o, "mean", data=o["mean"][...].astype(">f8"), chunks=o["mean"].shape)


def compound(f):
    replace(f["cells"], "depth", data=np.zeros(len(f["cells/depth"]), dtype=[("a", "f8"), ("b", "i4")]), chunks=(1,))


def note_is_an_array(name, value):
    def change(f):
        f.attrs[name] = value
    return change


def note_of_observable(f):
    observable(f).attrs["doc"] = np.full(65536, b"d" * 8)


def checkpoint_note_is_an_array(f):
    f["checkpoint"].attrs["bins"] = np.full(1 << 12, 7, dtype="u8")


def counts_do_not_add_up(f):
    o = observable(f)
    x = o["count"][...].astype("u8")
    x[:] = (1 << 64) - 1
    replace(o, "count", data=x, chunks=x.shape)


def counts_too_many(f):
    o = observable(f)
    x = o["count"][...]
    x[:] = (1 << 63) - 1
    replace(o, "count", data=x, chunks=x.shape)


def counts_below_none(f):
    """Neither a count nor the fill value."""
    o = observable(f)
    x = o["zero"][...]
    x[0, 0] = -2
    replace(o, "zero", data=x, chunks=x.shape)


def bins_too_many(f):
    o = observable(f)
    x = o["histogram"][...].astype("u8")
    x[..., 0] += np.uint64((1 << 63) + 5)
    replace(o, "histogram", data=x, chunks=x.shape)


def edges_fall(f):
    o = observable(f)
    x = o["bin_edges"][...][::-1].copy()
    x[0] = np.nan
    replace(o, "bin_edges", data=x, chunks=x.shape)


def component_beyond(f):
    """A layer that no cell has: laws would look its width up."""
    o = observable(f)
    x = o["component"][...]
    x[:] = b"999999999"
    x[0] = b"1048575,1048575"
    replace(o, "component", data=x, chunks=x.shape)


def component_is_control(f):
    o = observable(f)
    x = o["component"][...]
    x[0] = b"\x1b[2J"
    replace(o, "component", data=x, chunks=x.shape)


def other_observable(f):
    f["observables"].move(sorted(f["observables"])[0], "no_such_observable")


def more_cells_than_planned(f):
    """Every array with twice the cells; the experiment stays."""
    def twice(group, name):
        x = np.asarray(group[name][...])
        replace(group, name, data=np.concatenate([x, x]), chunks=x.shape)
    for name in list(f["cells"]):
        twice(f["cells"], name)
    for o in f["observables"].values():
        for name in [n for n in o if n not in ("component", "probability", "bin", "bin_edges", "sample")]:
            twice(o, name)


def fewer_cells_than_planned(f):
    def half(group, name):
        x = group[name][:1]
        replace(group, name, data=x, chunks=x.shape)
    for name in list(f["cells"]):
        half(f["cells"], name)
    for o in f["observables"].values():
        for name in [n for n in o if n not in ("component", "probability", "bin", "bin_edges", "sample")]:
            half(o, name)


def experiment_is_empty(f):
    replace(f, "experiment", data="", dtype=h5py.string_dtype())


def experiment_is_garbage(f):
    replace(f, "experiment", data="grid: [[[[[[: {", dtype=h5py.string_dtype())


def experiments(f):
    replace(f, "experiment", data=["grid: {}", "grid: {}"], dtype=h5py.string_dtype())


def schema_of_another(f):
    f.attrs["schema"] = "tepui-9"


def schema_missing(f):
    del f.attrs["schema"]


def seed_is_text(f):
    f.attrs["seed"] = "one"


READING = {k.__name__: k for k in (
    component_of_rank_two, component_variable, samples_as_text, depth_as_text, text_variable, samples_missing,
    samples_negative, depth_not_a_number, columns_of_other_lengths, no_cells, product_wraps, product_wraps_everywhere,
    asks_for_terabytes, unwritten, external_storage, external_text, external_experiment, virtual_dataset, external_link,
    external_group, soft_link, group_for_array, array_for_group, contiguous, other_filter, numbers_of_four_bytes,
    numbers_of_other_order, compound, note_of_observable, counts_do_not_add_up, counts_too_many, counts_below_none, experiments, edges_fall,
    component_is_control, schema_of_another, schema_missing, seed_is_text)}
READING["title_is_an_array"] = note_is_an_array("title", np.full(65536, b"t" * 8))
READING["title_of_texts"] = note_is_an_array("title", np.array(["a", "b"] * 4096, dtype=object))
READING["seed_is_an_array"] = note_is_an_array("seed", np.full(1 << 12, 7, dtype="u8"))
READING["status_is_a_number"] = note_is_an_array("status", np.uint64(1))

# counts of bins alone: commands that read them refuse, others do not look at them
BINS = {"bins_too_many": bins_too_many}

# the tables are sound, the experiment is not what they are about: verify and replay refuse
MEANING = {k.__name__: k for k in (component_beyond, other_observable, more_cells_than_planned, fewer_cells_than_planned,
                                   experiment_is_empty, experiment_is_garbage)}


# --- checkpoints: resume refuses

def checkpoint(name, row, column, value):
    def change(f):
        x = f["checkpoint"][name][...]
        x[row, column] = value
        replace(f["checkpoint"], name, data=x, chunks=x.shape)
    return change


CHECKPOINT = {
    "checkpoint_note_is_an_array": checkpoint_note_is_an_array,
    "count_of_all_ones": checkpoint("whole", 0, 0, (1 << 64) - 1),
    "zeros_of_all_ones": checkpoint("whole", 0, 1, (1 << 64) - 1),
    "nan_of_all_ones": checkpoint("whole", 0, 2, (1 << 64) - 1),
    "moments_of_all_ones": checkpoint("whole", 0, 3, (1 << 64) - 1),
    "under_of_all_ones": checkpoint("whole", 0, 4, (1 << 64) - 1),
    "over_of_all_ones": checkpoint("whole", 0, 5, (1 << 64) - 1),
    "bins_of_all_ones": checkpoint("whole", 0, 6, (1 << 64) - 1),
    "bins_fewer": checkpoint("whole", 0, 6, 1),
    "raw_of_all_ones": checkpoint("whole", 0, 7, (1 << 64) - 1),
    "first_bin_far": checkpoint("signed", 0, 0, -(1 << 62)),
    "first_bin_off": checkpoint("signed", 0, 0, 3),
    "level_of_billions": checkpoint("signed", 0, 1, 1 << 40),
    "level_low": checkpoint("signed", 0, 1, -4000),
    "minimum_not_a_number": checkpoint("real", 0, 10, np.nan),
    "maximum_far": checkpoint("real", 0, 11, 1e300),
    "samples_above": checkpoint("cell", 0, 0, 1 << 40),
    "samples_of_all_ones": checkpoint("cell", 0, 0, (1 << 64) - 1),
    "blocks_of_all_ones": checkpoint("cell", 0, 1, (1 << 64) - 1),
}


def sample_count_above_all(f):
    """Everything agrees, but there are more samples than asked for, and the cell is not done: a resume without end."""
    c = f["checkpoint"]
    x, m = c["whole"][...], c["cell"][...]
    x[:, 0] += np.uint64(1 << 20)
    x[:, 1] += np.uint64(1 << 20)
    m[:, 0] += np.uint64(1 << 20)
    m[:, 2] = 0
    replace(c, "whole", data=x, chunks=x.shape)
    replace(c, "cell", data=m, chunks=m.shape)


def unfinished_beyond(f):
    c = f["checkpoint"]
    c.attrs.modify("unfinished", np.uint64(1))
    c.attrs.modify("words", np.uint64(1))
    for name, data in (("unfinished", np.array([[1 << 40, 0, 0, 1]], dtype="u8")), ("words", np.zeros(1, dtype="u8"))):
        if name in c:
            del c[name]
        c.create_dataset(name, data=data, chunks=data.shape)


def unfinished_wraps(f):
    c = f["checkpoint"]
    c.attrs.modify("unfinished", np.uint64(2))
    c.attrs.modify("words", np.uint64(1))
    data = np.array([[0, 0, 0, (1 << 61) + 1], [0, 1, 0, (1 << 64) - (1 << 61)]], dtype="u8")
    for name, x in (("unfinished", data), ("words", np.zeros(1, dtype="u8"))):
        if name in c:
            del c[name]
        c.create_dataset(name, data=x, chunks=x.shape)


def no_checkpoint(f):
    del f["checkpoint"]


CHECKPOINT.update({k.__name__: k for k in (sample_count_above_all, unfinished_beyond, unfinished_wraps, no_checkpoint)})


# --- texts lie in a heap without checksums: bytes changed in the file itself, a reference being the length of a text (4),
# the address of its heap (8) and its number in there (4), an object of a heap its number (2), references to it (2), nothing
# (4) and its size (8)

def change_heap(path, where, what):
    with h5py.File(path) as f:
        base, offset = f.userblock_size, f["cells/activation"].id.get_offset()
        n = len(f["cells/activation"])
    data = bytearray(open(path, "rb").read())
    heap = base + int.from_bytes(data[offset + 4:offset + 12], "little")
    assert data[heap:heap + 4] == b"GCOL"
    if where == "reference":
        for i in range(n):
            data[offset + 16 * i:offset + 16 * i + 16] = what(data[offset + 16 * i:offset + 16 * i + 16])
    else:
        at = heap + (16 if where == "first object" else 8)  # 8: the size of the heap
        data[at:at + len(what)] = what
    open(path, "wb").write(data)


def long_text(reference):
    return b"\xff\xff\xff\x0f" + reference[4:]


def text_elsewhere(reference):
    return reference[:4] + struct.pack("<Q", 1 << 40) + reference[12:]


def text_of_no_object(reference):
    return reference[:12] + struct.pack("<I", 65535)


HEAP = {"texts_too_long": ("reference", long_text),
        "texts_elsewhere": ("reference", text_elsewhere),
        "texts_of_no_object": ("reference", text_of_no_object),
        "free_space_of_size_zero": ("first object", bytes(16)),
        "object_beyond_its_heap": ("first object", struct.pack("<HHIQ", 1, 1, 0, 1 << 62)),
        "heap_of_size_zero": ("size", bytes(8)),
        "heap_beyond_the_file": ("size", struct.pack("<Q", 1 << 50))}


def make_heap(good, folder, name, where, what):
    make(good, folder, name, lambda f: None)
    path = os.path.join(folder, name + ".h5")
    change_heap(path, where, what)
    seal(path)


def make(good, folder, name, change):
    path = os.path.join(folder, name + ".h5")
    with open(good, "rb") as source, open(path, "wb") as target:
        target.write(source.read())
    with h5py.File(path, "r+", libver=("v110", "v110")) as f:
        change(f)
    seal(path)


def main():
    if sys.argv[1] == "--seal":
        return seal(sys.argv[2])
    good, folder = sys.argv[1:]
    for kind, table in (("reading", READING), ("bins", BINS), ("meaning", MEANING), ("checkpoint", CHECKPOINT)):
        for name, change in table.items():
            make(good, folder, name, change)
            print(kind, name)
    for name, (where, what) in HEAP.items():
        make_heap(good, folder, name, where, what)
        print("heap", name)


if __name__ == "__main__":
    main()
