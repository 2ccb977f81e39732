"""MLflow's own autologging of scikit-learn against a Tidemill server; prints what came back as JSON."""

import json
import sys

import mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

url = sys.argv[1]
mlflow.set_tracking_uri(url)
mlflow.set_registry_uri(url)
mlflow.set_experiment("autologged")
mlflow.sklearn.autolog(max_tuning_runs=4)
features, target = load_iris(return_X_y=True, as_frame=True)

with mlflow.start_run() as run:
    search = GridSearchCV(
        RandomForestClassifier(random_state=0), {"n_estimators": [3, 5], "max_depth": [2, 4]}, cv=2
    )
    search.fit(features, target)

client = MlflowClient()
logged = client.get_run(run.info.run_id)
children = client.search_runs(
    [logged.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.info.run_id}'"
)
models = client.search_logged_models([logged.info.experiment_id])
best = next(model for model in models if model.name == "best_estimator")
registered = mlflow.register_model(f"models:/{best.model_id}", "iris")
client.set_registered_model_alias("iris", "champion", registered.version)
loaded = mlflow.pyfunc.load_model("models:/iris@champion")
print(
    json.dumps(
        {
            "params": logged.data.params,
            "metrics": sorted(logged.data.metrics),
            "estimator": logged.data.tags.get("estimator_name"),
            "dataset": [each.dataset.name for each in logged.inputs.dataset_inputs],
            "children": len(children),
            "files": sorted(each.path for each in client.list_artifacts(run.info.run_id)),
            "same": bool((loaded.predict(features) == search.predict(features)).all()),
        }
    )
)
