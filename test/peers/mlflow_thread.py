"""MLflow's client against a Tidemill server, from a run to a prediction of what it registered; prints what it saw as JSON."""

import json
import sys

import mlflow
import pandas as pd
from mlflow import MlflowClient

url, model, rows = sys.argv[1:4]
mlflow.set_tracking_uri(url)
mlflow.set_registry_uri(url)
client = MlflowClient()
seen = {}

experiment = client.get_experiment_by_name("KNearest Neighbor for Diabetes").experiment_id
runs = client.search_runs([experiment], "metrics.f1 > 0", order_by=["metrics.f1 DESC"])
seen["runs"] = len(runs)
seen["libraries"] = sorted({run.data.params.get("library", "tidemill") for run in runs})
seen["models"] = [logged.name for logged in client.search_logged_models([experiment])]

mlflow.set_experiment("from python")
with mlflow.start_run(run_name="thread") as run:
    mlflow.log_params({"lr": 0.1})
    for step in range(20):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_text("hello", "notes/a.txt")
seen["history"] = [point.value for point in client.get_metric_history(run.info.run_id, "loss")]
seen["text"] = mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a.txt")

loaded = mlflow.pyfunc.load_model(f"models:/{model}@champion")
frame = pd.read_csv(rows).drop(columns="Outcome").astype("float32")
seen["labels"] = [int(label) for label in loaded.predict(frame)["label"]]
seen["version"] = int(client.get_model_version_by_alias(model, "champion").version)
print(json.dumps(seen))
