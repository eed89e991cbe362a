"""Pushes the files of a folder with huggingface_hub in the Xet protocol and prints, as JSON, the sha256 of each file as it
comes back. The Hub is the one of HF_ENDPOINT, the token that of HF_TOKEN.

    hub_xet.py FOLDER REPOSITORY
"""

import hashlib
import json
import sys

from huggingface_hub import HfApi, hf_hub_download

folder, repository = sys.argv[1:]
api = HfApi()
api.create_repo(repository, repo_type="dataset")
api.upload_folder(folder_path=folder, repo_id=repository, repo_type="dataset")
result = {}
for path in api.list_repo_files(repository, repo_type="dataset"):
    with open(hf_hub_download(repository, path, repo_type="dataset"), "rb") as file:
        result[path] = hashlib.sha256(file.read()).hexdigest()
print(json.dumps(result))
