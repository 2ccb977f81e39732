"""A file above the threshold, sent in parts by MLflow's own client and read again; prints how."""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import mlflow
import mlflow.store.artifact.http_artifact_repo as repo
from mlflow.artifacts import download_artifacts

mlflow.set_tracking_uri(sys.argv[1])
sent = []
put = repo.requests.put


def counted(url, **more):
    sent.append(len(more["data"]))
    if len(sent) == broken:
        raise ConnectionError("gone")
    return put(url, **more)


repo.requests.put = counted
broken = 0
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "weights.bin"
    block = b"".join(i.to_bytes(4, "big") for i in range(1 << 18))
    file.write_bytes(block * 23 + b"the end")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(file), "model")
        parts = sorted(sent)
        local = download_artifacts(run_id=run.info.run_id, artifact_path="model/weights.bin", dst_path=folder + "/got")
        same = hashlib.sha256(Path(local).read_bytes()).hexdigest() == digest
        sent.clear()
        broken = 2
        try:
            mlflow.log_artifact(str(file), "broken")
            failed = False
        except Exception:
            failed = True
        there = [each.path for each in mlflow.MlflowClient().list_artifacts(run.info.run_id)]
print(json.dumps({"parts": parts, "same": same, "failed": failed, "there": there}))
