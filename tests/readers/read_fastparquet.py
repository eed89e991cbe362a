"""Reads a dataset folder with fastparquet and says, as JSON, which columns it gives otherwise than pyarrow: from our file,
and from files that pyarrow wrote of the same rows with pages of the second version, with dictionaries and without.

    read_fastparquet.py FOLDER WORK
"""

import json
import sys
from glob import glob

import fastparquet
import pandas
import pyarrow.parquet as parquet


def plain(value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return None if pandas.api.types.is_scalar(value) and pandas.isna(value) else value


def is_right(path, column, wanted):
    try:
        given = fastparquet.ParquetFile(path).to_pandas(columns=[column])[column]
    except Exception:  # Whatever its code stumbles over.
        return False
    return [plain(value) for value in given] == wanted


def main(folder, work):
    counts = {"flat": 0, "lists": 0, "ours": [], "pyarrow": []}
    for path in sorted(glob(f"{folder}/data/*/train-*.parquet")):
        table = parquet.read_table(path)
        copies = []
        for has_dictionary in (True, False):
            copies.append(f"{work}/copy-{has_dictionary}.parquet")
            parquet.write_table(
                table, copies[-1], data_page_version="2.0", compression="zstd", use_dictionary=has_dictionary
            )
        for column in table.column_names:
            kind = str(table.schema.field(column).type)
            if "struct" in kind:
                continue
            counts["lists" if kind.startswith("list") else "flat"] += 1
            wanted = [plain(value) for value in table[column].to_pylist()]
            place = f"{path} {column}: {kind}"
            if not is_right(path, column, wanted):
                counts["ours"].append(place)
            if not all(is_right(copy, column, wanted) for copy in copies):
                counts["pyarrow"].append(place)
    print(json.dumps(counts))


main(*sys.argv[1:])
