"""The same training with scikit-learn and the MLflow client, against the same server.

    pip install mlflow scikit-learn skl2onnx
    MLFLOW_TRACKING_URI=http://127.0.0.1:8400 python scripts/train_and_evaluate.py 5
"""

import sys

import mlflow
import mlflow.sklearn
import pandas as pd
import yaml
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

neighbors = int(sys.argv[1]) if len(sys.argv) > 1 else 5
with open("params.yaml") as file:
    params = yaml.safe_load(file)
target = params["base"]["target"]
names = params["mlflow_config"]

train = pd.read_csv("data/split/train.csv")
test = pd.read_csv("data/split/test.csv")
model = make_pipeline(
    SimpleImputer(strategy="median"), StandardScaler(), KNeighborsClassifier(n_neighbors=neighbors)
)

mlflow.set_experiment(names["experiment_name"])
with mlflow.start_run(run_name=f"{names['run_name']} (scikit-learn)"):
    mlflow.log_params({"estimator": "knn", "neighbors": neighbors, "library": "scikit-learn"})
    model.fit(train.drop(columns=target), train[target])
    answers = model.predict(test.drop(columns=target))
    mlflow.log_metrics(
        {
            "accuracy": accuracy_score(test[target], answers),
            "precision": precision_score(test[target], answers),
            "recall": recall_score(test[target], answers),
            "f1": f1_score(test[target], answers),
        }
    )
    mlflow.sklearn.log_model(model, name="sklearn-model", serialization_format="cloudpickle")
    print(f"{neighbors} neighbours: F1 {f1_score(test[target], answers):.3f}")
