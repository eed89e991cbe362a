"""Writes Parquet files with pyarrow in the ways that are met in the wild, and prints the column digests of each as JSON.

    write_samples.py FOLDER
"""

import json
import sys
from datetime import datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
from canonical import ColumnDigests

TEXTS = ["", "plain", "\u0000nul\u0000", "😀 \U0010ffff", "\ufeffmark", "a\r\nb\u2028c", "é e\u0301"]


def table(rows):
    def maybe(index, value):
        return None if index % 3 == 0 else value

    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    columns = {
        "text": pa.array([TEXTS[i % 7] for i in range(rows)]),
        "maybe_text": pa.array([maybe(i, TEXTS[i % 7]) for i in range(rows)], pa.string()),
        "large_text": pa.array([TEXTS[i % 7] * (i % 50) for i in range(rows)], pa.large_string()),
        "long": pa.array([f"{i} " * 200 if i % 10 else "same" for i in range(rows)]),
        "category": pa.array([f"cat-{i % 500:04d}" for i in range(rows)]),
        "runs": pa.array([f"run-{i // 100}" for i in range(rows)]),
        "int8": pa.array([i % 200 - 100 for i in range(rows)], pa.int8()),
        "int32": pa.array([maybe(i, i - 2**31) for i in range(rows)], pa.int32()),
        "int64": pa.array([(2**53 + i) * (-1) ** i if i % 2 else i for i in range(rows)], pa.int64()),
        "uint32": pa.array([2**32 - 1 - i for i in range(rows)], pa.uint32()),
        "real": pa.array([maybe(i, i / 7) for i in range(rows)], pa.float64()),
        "single": pa.array([i / 4 for i in range(rows)], pa.float32()),
        "flag": pa.array([maybe(i, i % 2 == 0) for i in range(rows)], pa.bool_()),
        "bytes": pa.array([bytes([i % 256, 0, 255]) for i in range(rows)], pa.binary()),
        "when": pa.array(
            [datetime(1969, 12, 31, tzinfo=timezone.utc) + timedelta(milliseconds=i * 99_999_999) for i in range(rows)],
            pa.timestamp("ms", tz="UTC"),
        ),
        "nothing": pa.array([None] * rows, pa.string()),
        "list": pa.array([None if i % 4 == 0 else [None, i, 2**40][: i % 4] for i in range(rows)], pa.list_(pa.int64())),
        "nested": pa.array([[[], [i, i], None] if i % 2 else [] for i in range(rows)], pa.list_(pa.list_(pa.int32()))),
        "messages": pa.array(
            [[{"role": "user", "content": TEXTS[(i + j) % 7]} for j in range(i % 5)] for i in range(rows)], messages
        ),
        "struct": pa.array(
            [maybe(i, {"a": maybe(i + 1, TEXTS[i % 7]), "b": {"c": [i / 3]}}) for i in range(rows)],
            pa.struct([("a", pa.string()), ("b", pa.struct([("c", pa.list_(pa.float64()))]))]),
        ),
    }
    return pa.table(columns)


def variants():
    for compression in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        for page in ["1.0", "2.0"]:
            yield f"{compression}-page{page}", {"compression": compression, "data_page_version": page}
    for version in ["1.0", "2.4", "2.6"]:
        yield f"version-{version}", {"version": version, "compression": "zstd"}
    yield "dictionary-overflow", {"dictionary_pagesize_limit": 2048, "data_page_size": 4096, "compression": "zstd"}
    yield "no-dictionary", {"use_dictionary": False, "compression": "zstd"}
    yield "small-pages", {"data_page_size": 512, "write_page_index": True, "row_group_size": 300, "compression": "zstd"}
    yield "checksums", {"write_page_checksum": True, "compression": "snappy"}
    yield "other-encodings", {
        "use_dictionary": False,
        "column_encoding": {
            "text": "DELTA_BYTE_ARRAY",
            "long": "DELTA_LENGTH_BYTE_ARRAY",
            "int32": "DELTA_BINARY_PACKED",
            "int64": "DELTA_BINARY_PACKED",
            "real": "BYTE_STREAM_SPLIT",
        },
    }


def write(folder, name, content, options):
    path = f"{folder}/{name}.parquet"
    pq.write_table(content, path, **options)
    columns = ColumnDigests()
    for row in content.to_pylist():
        columns.add(row)
    return columns.result()


def main(folder):
    content = table(2000)
    result = {name: write(folder, name, content, options) for name, options in variants()}
    result["empty"] = write(folder, "empty", table(0), {})
    result["one-row"] = write(folder, "one-row", table(1), {})
    print(json.dumps(result))


main(*sys.argv[1:])
