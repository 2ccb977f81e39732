"""Writes two experiments into an MLflow store without a server, then says as JSON what the store has."""

import json
import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow_models import write_models
from mlflow_traces import write_traces
from sklearn.linear_model import LinearRegression

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = MlflowClient()
mlflow.set_experiment("team/lines")
client.set_experiment_tag(client.get_experiment_by_name("team/lines").experiment_id, "owner", "ada")
rows = np.array([[1.0], [2.0]])
with mlflow.start_run(run_name="outer"):
    mlflow.log_params({f"p{i}": i for i in range(120)})
    with mlflow.start_run(run_name="inner", nested=True):
        for step in range(30):
            mlflow.log_metric("train/loss", 1 / (step + 1), step=step)
        mlflow.log_metric("nan", float("nan"))
        mlflow.log_metric("inf", float("-inf"))
        mlflow.log_input(mlflow.data.from_numpy(rows, name="np"), context="training")
        mlflow.log_text("hello", "deep/er/a b.txt")
        model = LinearRegression().fit(rows, [1.0, 2.0])
        # Named, so that the client does not go and find out, which takes a minute.
        needs = ["scikit-learn"]
        made = mlflow.sklearn.log_model(model, name="line", registered_model_name="line", pip_requirements=needs)
        write_models(made.model_id)
client.set_registered_model_alias("line", "live", 1)
client.set_model_version_tag("line", "1", "checked", "yes")
write_traces()
gone = client.create_run(client.get_experiment_by_name("team/lines").experiment_id)
client.delete_run(gone.info.run_id)

seen = []
for experiment in client.search_experiments():
    for run in client.search_runs([experiment.experiment_id]):
        # A folder's point with a data set is read as of step 0, whatever its line says.
        keys = [key for key in run.data.metrics if key != "accuracy"]
        # A point that a model was logged with is in a folder twice, and in a database once.
        history = {
            key: list(
                dict.fromkeys(
                    (p.step, p.timestamp, repr(p.value)) for p in client.get_metric_history(run.info.run_id, key)
                )
            )
            for key in keys
        }
        seen.append(
            {
                "id": run.info.run_id,
                "experiment": experiment.name,
                "name": run.info.run_name,
                "status": run.info.status.lower(),
                "start": run.info.start_time,
                "end": run.info.end_time,
                "params": run.data.params,
                "tags": run.data.tags,
                "history": history,
                "datasets": [d.dataset.name + "@" + d.dataset.digest for d in run.inputs.dataset_inputs],
            }
        )
print(json.dumps(seen))
