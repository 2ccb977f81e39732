"""MLflow's own client with evaluation data sets, scorers and webhooks of a server; prints what it saw as JSON."""

import json
import sys
from urllib.request import urlopen

import mlflow
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent
from mlflow.exceptions import MlflowException
from mlflow.genai.datasets import create_dataset, delete_dataset, get_dataset, search_datasets
from mlflow.genai.scorers import Guidelines, ScorerSamplingConfig, get_scorer, list_scorers

url, hook = sys.argv[1:3]
mlflow.set_tracking_uri(url)
mlflow.set_registry_uri(url)
client = MlflowClient()
experiment = mlflow.set_experiment("judged").experiment_id
seen = {}

made = create_dataset(name="questions", experiment_id=experiment, tags={"lang": "en"})
made.merge_records(
    [
        {"inputs": {"q": "one", "n": 1}, "expectations": {"a": "1"}},
        {"inputs": {"q": "two"}, "expectations": {"a": "2"}, "tags": {"hard": "yes"}},
    ]
)
made.merge_records([{"inputs": {"n": 1, "q": "one"}, "expectations": {"b": "x"}}])
again = get_dataset(dataset_id=made.dataset_id)
frame = again.to_df()
seen["records"] = sorted(frame["inputs"].map(lambda each: each["q"]))
seen["merged"] = frame[frame["inputs"].map(lambda each: each["q"]) == "one"]["expectations"].iloc[0]
seen["found"] = [each.name for each in search_datasets(experiment_ids=[experiment], filter_string="tags.lang = 'en'")]
seen["none"] = len(search_datasets(experiment_ids=[experiment], filter_string="tags.lang = 'de'"))
seen["experiments"] = again.experiment_ids == [experiment]
seen["profile"] = json.loads(again.profile)["num_records"]
with urlopen(f"{url}/api/evaluation-datasets/{made.dataset_id}/download") as lines:
    written = [json.loads(line) for line in lines]
copy = create_dataset(name="copy", experiment_id=experiment).merge_records(written)
seen["taken back"] = sorted(copy.to_df()["inputs"].map(lambda each: each["q"]))
delete_dataset(dataset_id=copy.dataset_id)
delete_dataset(dataset_id=made.dataset_id)
seen["deleted"] = len(search_datasets(experiment_ids=[experiment]))

store = client._tracking_client.store
for text in ("{}", '{"a": 1}'):
    store.register_scorer(experiment, "exact", text)
seen["scorers"] = [[each.scorer_name, each.scorer_version] for each in store.list_scorers(experiment)]
seen["versions"] = [each.scorer_version for each in store.list_scorer_versions(experiment, "exact")]
store.delete_scorer(experiment, "exact", 1)
seen["left"] = [each.scorer_version for each in store.list_scorer_versions(experiment, "exact")]

store.delete_scorer(experiment, "exact")

Guidelines(name="short", guidelines="Be short.", model="openai:/gpt-4o").register(experiment_id=experiment)
kept = get_scorer(name="short", experiment_id=experiment)
seen["own"] = [[each.name for each in list_scorers(experiment_id=experiment)], kept.name, kept.sample_rate]
seen["stopped"] = kept.stop(experiment_id=experiment).sample_rate
try:
    kept.start(experiment_id=experiment, sampling_config=ScorerSamplingConfig(sample_rate=0.5))
except MlflowException as error:
    seen["by itself"] = error.error_code

webhook = client.create_webhook(
    name="w", url=hook, events=[WebhookEvent.from_str("registered_model.created")], secret="s3cret"
)
seen["webhook"] = [webhook.name, str(webhook.status), [str(each) for each in webhook.events]]
tried = client.test_webhook(webhook.webhook_id)
seen["tried"] = [tried.success, tried.response_status, tried.response_body]
client.update_webhook(webhook.webhook_id, description="changed")
seen["listed"] = [each.description for each in client.list_webhooks()]
client.create_registered_model("told")
client.delete_webhook(webhook.webhook_id)
print(json.dumps(seen))
