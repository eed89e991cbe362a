"""Writes the rows of a JSONL file by pyarrow with zstd level 3 or by `datasets`; CPU seconds and peak memory as JSON on stdout."""

import json
import resource
import sys
import time


def batches(path, size):
    rows = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            rows.append(json.loads(line))
            if len(rows) == size:
                yield rows
                rows = []
    if rows:
        yield rows


def schema():
    import pyarrow as pa

    text = pa.string()
    message = pa.struct([("role", text), ("content", text)])
    tokens = pa.struct([("reasoning", pa.int32()), ("answer", pa.int32())])
    return pa.schema(
        [
            ("id", text),
            ("pair_id", text),
            ("source", text),
            ("license", text),
            ("domain", text),
            ("messages", pa.list_(message)),
            ("reasoning", text),
            ("answer", text),
            ("final_answer", text),
            ("correct", pa.bool_()),
            ("tags", pa.list_(text)),
            ("created", pa.int64()),
            ("temperature", pa.float64()),
            ("tokens", tokens),
            ("model", text),
        ]
    )


def by_pyarrow(path, out, **options):
    """In batches of 1,024 rows, a row group each, as the writer beside it has them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = schema()
    with pq.ParquetWriter(
        out, named, compression="zstd", compression_level=3, write_page_index=True, **options
    ) as writer:
        for rows in batches(path, 1024):
            writer.write_table(pa.Table.from_pylist(rows, schema=named), row_group_size=1024)


def in_one_table(path, out, **options):
    """With the row group that pyarrow makes of a whole table, by which its pages are cut best."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [row for batch in batches(path, 1024) for row in batch]
    table = pa.Table.from_pylist(rows, schema=schema())
    pq.write_table(table, out, compression="zstd", compression_level=3, write_page_index=True, **options)


def by_datasets(path, out):
    """From rows that a generator gives, as a pipeline has them; `datasets` keeps them in an Arrow file first.

    Its codec cannot be chosen, only what it takes of itself.
    """
    import tempfile

    from datasets import Dataset, Features

    with tempfile.TemporaryDirectory() as cache:
        made = Dataset.from_generator(
            lambda: (row for rows in batches(path, 256) for row in rows),
            features=Features.from_arrow_schema(schema()),
            cache_dir=cache,
        )
        made.to_parquet(out)


def main():
    way, path, out = sys.argv[1:4]
    if way == "read":
        for _ in batches(path, 256):
            pass
    elif way == "pyarrow":
        by_pyarrow(path, out)
    elif way == "pyarrow by content":
        by_pyarrow(path, out, use_content_defined_chunking=True)
    elif way == "table":
        in_one_table(path, out)
    elif way == "table by content":
        in_one_table(path, out, use_content_defined_chunking=True)
    else:
        by_datasets(path, out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": time.process_time(), "peak_mb": peak}))


main()
