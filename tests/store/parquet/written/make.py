"""Writes the small files beside it: the same rows by three writers, in several codecs and encodings.

Needs pyarrow, duckdb and polars.
"""

import pathlib

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
count = 40
rows = {
    "question": [f"What is {i} + {i * 7}? Give a number." for i in range(count)],
    "answer": [None if i % 9 == 4 else str(i * 8) for i in range(count)],
    "kind": [["sum", "product", "other"][i % 3] for i in range(count)],
    "n": [None if i % 5 == 2 else i * 1000 for i in range(count)],
    "x": [i / 8 for i in range(count)],
    "ok": [i % 3 == 0 for i in range(count)],
    "tags": [[f"t{j}" for j in range(i % 4)] for i in range(count)],
    "messages": [[{"role": "user", "content": f"m{i}"}, {"role": "assistant", "content": "ok"}] for i in range(count)],
}
made = pa.table(rows)

pq.write_table(made, here / "pyarrow-snappy-v1.parquet", compression="snappy", data_page_version="1.0", row_group_size=20)
pq.write_table(made, here / "pyarrow-zstd-v2-crc.parquet", compression="zstd", data_page_version="2.0", write_page_checksum=True, row_group_size=20)
deltas = {"question": "DELTA_BYTE_ARRAY", "answer": "DELTA_LENGTH_BYTE_ARRAY", "n": "DELTA_BINARY_PACKED", "x": "BYTE_STREAM_SPLIT"}
flat = made.select(["question", "answer", "n", "x", "ok"])
pq.write_table(flat, here / "pyarrow-plain-delta.parquet", compression="none", use_dictionary=False, column_encoding=deltas, data_page_version="2.0")
duckdb.sql(f"copy (select * from made) to '{here}/duckdb-snappy.parquet' (format parquet, row_group_size 2048)")
duckdb.sql(f"copy (select * from made) to '{here}/duckdb-zstd-v2.parquet' (format parquet, codec zstd, parquet_version v2)")
polars.from_arrow(made).write_parquet(here / "polars-zstd.parquet", compression="zstd")
polars.from_arrow(made).write_parquet(here / "polars-lz4.parquet", compression="lz4")
