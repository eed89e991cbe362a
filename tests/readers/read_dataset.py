"""Reads a dataset folder with pyarrow, DuckDB, polars and datasets and prints, as JSON, the column digests that each one gets.

    read_dataset.py FOLDER CACHE
"""

import json
import os
import sys
from glob import glob

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

import datasets
import duckdb
import polars
import pyarrow.parquet
from canonical import ColumnDigests


def with_pyarrow(folder, config, _cache):
    for path in sorted(glob(f"{folder}/data/{config}/train-*.parquet")):
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=256):
            batch.validate(full=True)
            yield from batch.to_pylist()


def with_duckdb(folder, config, _cache):
    paths = sorted(glob(f"{folder}/data/{config}/train-*.parquet"))
    result = duckdb.connect().execute("SELECT * FROM read_parquet($1)", [paths])
    names = [column[0] for column in result.description]
    while rows := result.fetchmany(256):
        for row in rows:
            yield dict(zip(names, row))


def with_polars(folder, config, _cache):
    for path in sorted(glob(f"{folder}/data/{config}/train-*.parquet")):
        yield from polars.read_parquet(path).iter_rows(named=True)


def with_datasets(folder, config, cache):
    yield from datasets.load_dataset(folder, name=config, split="train", cache_dir=cache)


READERS = {"pyarrow": with_pyarrow, "duckdb": with_duckdb, "polars": with_polars, "datasets": with_datasets}


def found_by_filter(folder, config, column):
    """How many rows DuckDB finds for each value of a column, which it may look up in statistics and bloom filters."""
    paths = sorted(glob(f"{folder}/data/{config}/train-*.parquet"))
    connection = duckdb.connect()
    values = connection.execute(f"SELECT DISTINCT {column} FROM read_parquet($1)", [paths]).fetchall()
    query = f"SELECT count(*) FROM read_parquet($1) WHERE {column} = $2"
    return {value: connection.execute(query, [paths, value]).fetchone()[0] for (value,) in values if value is not None}


def digests(rows):
    columns = ColumnDigests()
    for row in rows:
        columns.add(row)
    return columns.result()


def main(folder, cache):
    configs = sorted(os.listdir(f"{folder}/data"))
    result = {
        reader: {config: digests(read(folder, config, cache)) for config in configs}
        for reader, read in READERS.items()
    }
    default = datasets.load_dataset(folder, split="train", cache_dir=cache)
    found = {column: found_by_filter(folder, "edge", column) for column in ["id", "maybe_text"]} if "edge" in configs else {}
    print(
        json.dumps(
            {
                "configs": datasets.get_dataset_config_names(folder),
                "default": default.info.config_name,
                "readers": result,
                "found": found,
            }
        )
    )


datasets.disable_progress_bars()
main(*sys.argv[1:])
