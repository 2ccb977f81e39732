"""Puts two runs and a registered model on an MLflow server; with --check, loads the model from it and asks it."""

import sys

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow_models import write_models
from mlflow_traces import write_traces
from sklearn.linear_model import LinearRegression

url, *more = sys.argv[1:]
mlflow.set_tracking_uri(url)
mlflow.set_registry_uri(url)
rows = np.array([[1.0], [2.0]])
if more == ["--check"]:
    model = mlflow.pyfunc.load_model("models:/line@live")
    print("predicts", [round(float(value), 6) for value in model.predict(rows)])
else:
    mlflow.set_experiment("lines")
    with mlflow.start_run(run_name="outer"):
        mlflow.log_params({f"p{i}": i for i in range(120)})
        with mlflow.start_run(run_name="inner", nested=True):
            for step in range(30):
                mlflow.log_metric("loss", 1 / (step + 1), step=step)
            mlflow.log_metric("nan", float("nan"))
            mlflow.log_text("hello", "deep/er/a.txt")
            model = LinearRegression().fit(rows, [1.0, 2.0])
            # Named, so that the client does not go and find out, which takes a minute.
            needs = ["scikit-learn"]
            made = mlflow.sklearn.log_model(model, name="line", registered_model_name="line", pip_requirements=needs)
            write_models(made.model_id)
    write_traces()
    MlflowClient().set_registered_model_alias("line", "live", 1)
