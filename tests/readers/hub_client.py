"""Pushes a dataset folder with huggingface_hub and reads it back with datasets, as a user of the Hub does. Prints, as
JSON, what each of them saw. The Hub is the one of HF_ENDPOINT, the token that of HF_TOKEN.

    hub_client.py FOLDER REPOSITORY
"""

import json
import os
import sys

import datasets
from canonical import ColumnDigests
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError

DATASET = {"repo_type": "dataset"}


def error_of(call):
    """The name of the error that a call raises and its status."""
    try:
        call()
    except HfHubHTTPError as error:
        return [type(error).__name__, error.response.status_code]
    return None


def push(api, folder, repository):
    api.create_repo(repository, **DATASET)
    again = error_of(lambda: api.create_repo(repository, **DATASET))
    api.create_repo(repository, exist_ok=True, **DATASET)
    first = api.upload_file(path_or_fileobj=b"first\n", path_in_repo="notes/first.txt", repo_id=repository, **DATASET)
    # Above the limit for small files, of no known suffix, and in several parts where the server wants them.
    large = os.urandom(256) * 4096
    api.upload_file(path_or_fileobj=large, path_in_repo="notes/large.data", repo_id=repository, **DATASET)
    pushed = api.upload_folder(folder_path=folder, repo_id=repository, commit_message="The dataset", **DATASET)
    with open(hf_hub_download(repository, "notes/large.data", **DATASET), "rb") as file:
        same = file.read() == large
    stale = error_of(
        lambda: api.create_commit(
            repository,
            [CommitOperationAdd("late.txt", b"late")],
            commit_message="late",
            parent_commit=first.oid,
            **DATASET,
        )
    )
    return {"again": again, "pushed": pushed.oid, "large_is_same": same, "stale": stale}


def edit(api, repository):
    api.create_commit(
        repository,
        [CommitOperationCopy("notes/first.txt", "notes/copy.txt"), CommitOperationDelete("notes/large.data")],
        commit_message="Copy and delete",
        **DATASET,
    )
    api.create_branch(repository, branch="other", **DATASET)
    api.delete_folder("notes", repository, revision="other", **DATASET)
    api.create_tag(repository, tag="v1", **DATASET)
    request = api.upload_file(
        path_or_fileobj=b"proposed\n", path_in_repo="proposal.txt", repo_id=repository, create_pr=True, **DATASET
    )
    proposed = sorted(api.list_repo_files(repository, revision=request.pr_revision, **DATASET))
    before = sorted(api.list_repo_files(repository, **DATASET))
    details = api.get_discussion_details(repository, request.pr_num, **DATASET)
    api.merge_pull_request(repository, request.pr_num, **DATASET)
    merged = api.get_discussion_details(repository, request.pr_num, **DATASET)
    return {
        "status": [details.status, merged.status],
        "before": before,
        "files": sorted(api.list_repo_files(repository, **DATASET)),
        "other": sorted(api.list_repo_files(repository, revision="other", **DATASET)),
        "tag": sorted(api.list_repo_files(repository, revision="v1", **DATASET)),
        "request": proposed,
        "commits": [commit.title for commit in api.list_repo_commits(repository, **DATASET)],
        "branches": sorted(branch.name for branch in api.list_repo_refs(repository, **DATASET).branches),
    }


def look(api, repository):
    info = api.dataset_info(repository, files_metadata=True)
    infos = api.get_paths_info(repository, ["README.md", "data", "missing"], expand=True, **DATASET)
    return {
        "who": api.whoami()["name"],
        "sha": info.sha,
        "siblings": {sibling.rfilename: sibling.size for sibling in info.siblings},
        "hashes": {sibling.rfilename: sibling.lfs.sha256 for sibling in info.siblings if sibling.lfs},
        "paths": [[type(row).__name__, row.path, row.last_commit.title] for row in infos],
        "exists": [api.repo_exists(repository, **DATASET), api.file_exists(repository, "missing", **DATASET)],
    }


def refuse(api, repository):
    stranger = HfApi(token="hf_" + "0" * 34)
    return {
        "no_repository": error_of(lambda: api.dataset_info("demo-org/missing")),
        "no_revision": error_of(lambda: api.dataset_info(repository, revision="missing")),
        "no_entry": error_of(lambda: hf_hub_download(repository, "missing.txt", **DATASET)),
        "no_token": error_of(lambda: stranger.dataset_info(repository)),
        "gated": error_of(lambda: hf_hub_download("other-org/gated", "README.md", **DATASET)),
    }


def digests(rows):
    columns = ColumnDigests()
    for row in rows:
        columns.add(row)
    return columns.result()


def read(folder, repository):
    configs = sorted(os.listdir(f"{folder}/data"))
    loaded = {config: digests(datasets.load_dataset(repository, config, split="train")) for config in configs}
    streamed = {
        config: digests(datasets.load_dataset(repository, config, split="train", streaming=True)) for config in configs
    }
    return {
        "configs": sorted(datasets.get_dataset_config_names(repository)),
        "default": datasets.load_dataset(repository, split="train").info.config_name,
        "loaded": loaded,
        "streamed": streamed,
    }


def main(folder, repository):
    api = HfApi()
    result = {"push": push(api, folder, repository), "edit": edit(api, repository)}
    result |= {"look": look(api, repository), "refused": refuse(api, repository), "read": read(folder, repository)}
    pushed = datasets.Dataset.from_dict({"id": ["a", "b"], "n": [1, 2]})
    pushed.push_to_hub("demo-org/by-datasets", config_name="made")
    result["by_datasets"] = datasets.load_dataset("demo-org/by-datasets", "made", split="train").to_list()
    api.delete_repo("demo-org/by-datasets", **DATASET)
    result["deleted"] = api.repo_exists("demo-org/by-datasets", **DATASET)
    print(json.dumps(result))


datasets.disable_progress_bars()
main(*sys.argv[1:])
