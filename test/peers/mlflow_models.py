"""Writes what MLflow 3 says of logged models; run as a script it says as JSON what a store or a server has of that.

With --points it says every point that was measured on them, which only MLflow's own server and database tell.
"""

import json
import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import LoggedModelInput, LoggedModelOutput, LoggedModelStatus


def write_models(model_id):
    """Measures a model in the run that is under way, and reads it in one of another experiment; leaves one model unfinished, one failed."""
    client = MlflowClient()
    here = mlflow.active_run().info
    data = mlflow.data.from_numpy(np.array([[1.0], [2.0]]), name="held-out")
    for step in range(3):
        mlflow.log_metric("accuracy", 0.5 + step / 10, step=step, model_id=model_id)
    mlflow.log_metric("accuracy", 0.75, step=3, model_id=model_id, dataset=data)
    failed = client.create_logged_model(here.experiment_id, name="failed", source_run_id=here.run_id, params={"a": "1"})
    client.finalize_logged_model(failed.model_id, LoggedModelStatus.FAILED)
    client.create_logged_model(here.experiment_id, name="pending", source_run_id=here.run_id, tags={"t": "x"})
    client.log_outputs(here.run_id, [LoggedModelOutput(failed.model_id, 7)])
    other = client.create_experiment("readers")
    reader = client.create_run(other, run_name="reader")
    client.log_inputs(reader.info.run_id, models=[LoggedModelInput(model_id)])
    client.set_terminated(reader.info.run_id)


def models_of(uri):
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    experiments = [e.experiment_id for e in client.search_experiments()]
    # A search does not tell of the models that a run read.
    runs = {run.info.run_id: client.get_run(run.info.run_id) for run in client.search_runs(experiments)}
    models = {model.model_id: model for model in client.search_logged_models(experiments)}
    name = {each: run.info.run_name for each, run in runs.items()} | {each: model.name for each, model in models.items()}
    return {
        "models": sorted(
            [
                {
                    "name": model.name,
                    "status": str(model.status),
                    "by": name[model.source_run_id],
                    "params": model.params,
                    "tags": {k: v for k, v in model.tags.items() if not k.startswith(("tidemill.", "mlflow."))},
                    # The newest of each data set, as folders and other servers show no earlier ones.
                    "metrics": sorted(
                        [m.key, m.dataset_name or "", m.dataset_digest or "", m.step, m.value, name[m.run_id]]
                        for m in model.metrics or []
                        if m.step >= 2
                    ),
                }
                for model in models.values()
            ],
            key=lambda model: model["name"],
        ),
        "runs": sorted(
            [
                run.info.run_name,
                sorted(name[each.model_id] for each in run.inputs.model_inputs),
                sorted([name[each.model_id], each.step] for each in run.outputs.model_outputs),
            ]
            for run in runs.values()
        ),
        "ids": sorted(models),
        "places": sorted(experiments),
    }


def points_of(uri):
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    experiments = [e.experiment_id for e in client.search_experiments()]
    return sorted(
        [model.name, m.key, m.dataset_name or "", m.dataset_digest or "", m.step, m.value]
        for model in client.search_logged_models(experiments)
        for m in model.metrics or []
    )


if __name__ == "__main__":
    uri, *more = sys.argv[1:]
    print(json.dumps(points_of(uri) if more == ["--points"] else models_of(uri)))
