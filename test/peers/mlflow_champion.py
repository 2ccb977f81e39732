"""Loads the champion of a model from an MLflow server and prints the labels it answers for rows given as JSON."""

import json
import sys

import mlflow
import numpy as np
import pandas as pd

url, model, rows = sys.argv[1:4]
mlflow.set_tracking_uri(url)
mlflow.set_registry_uri(url)
loaded = mlflow.pyfunc.load_model(f"models:/{model}@champion")
names = [column.name for column in loaded.metadata.get_input_schema().inputs]
frame = pd.DataFrame(json.loads(rows)).reindex(columns=names).astype("float32")
print(json.dumps([int(label) for label in np.ravel(loaded.predict(frame)["label"])]))
