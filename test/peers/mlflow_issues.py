"""What MLflow's own client is told of issues and of prompts that traces used; prints it as JSON, without identifiers and times."""

import json
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource
from mlflow.entities.issue import IssueSeverity, IssueStatus
from mlflow.exceptions import MlflowException
from mlflow.tracing.client import TracingClient

mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_registry_uri(sys.argv[1])
client = MlflowClient()
store = TracingClient().store
experiment = mlflow.set_experiment("answers").experiment_id
run = client.create_run(experiment).info.run_id
other = client.create_experiment("others")
seen = {}


def told(issue):
    of = issue.to_dictionary()
    for name in ["issue_id", "experiment_id", "created_timestamp", "last_updated_timestamp"]:
        assert of.pop(name), name
    if of["source_run_id"] is not None:
        of["source_run_id"] = of["source_run_id"] == run
    return of


def refused(call):
    try:
        return call() and "was answered"
    except MlflowException as error:
        return error.error_code


@mlflow.trace
def answer(question):
    return question.upper()


traces = []
for question in ["one", "two", "three"]:
    answer(question)
    traces.append(mlflow.get_last_active_trace_id())
mlflow.flush_trace_async_logging()

made = store.create_issue(experiment, "Too slow", "Answers take minutes")
high = store.create_issue(
    experiment,
    "Wrong",
    "Answers are wrong",
    status=IssueStatus.RESOLVED,
    severity=IssueSeverity.HIGH,
    root_causes=["a", "b, c"],
    source_run_id=run,
    categories=["truth"],
    created_by="ada",
)
low = store.create_issue(experiment, "Rude", "…", severity=IssueSeverity.LOW)
store.create_issue(other, "Elsewhere", "…", severity=IssueSeverity.NOT_AN_ISSUE)
seen["made"] = told(made)
seen["high"] = told(store.get_issue(high.issue_id))
seen["changed"] = told(
    store.update_issue(made.issue_id, status=IssueStatus.REJECTED, name="Slow", severity=IssueSeverity.MEDIUM)
)
for trace in traces[:2]:
    mlflow.log_issue(trace_id=trace, issue_id=low.issue_id, issue_name="Rude", source=AssessmentSource("HUMAN", "ada"))


def names(**search):
    return [issue.name for issue in store.search_issues(**search)]


seen["all"] = names(experiment_id=experiment)
seen["everywhere"] = names()
seen["resolved"] = names(experiment_id=experiment, filter_string="status = 'resolved'")
seen["not of the run"] = names(filter_string=f"source_run_id != '{run}'")
seen["of the run"] = names(filter_string=f"status != 'pending' AND source_run_id = '{run}'")
first = store.search_issues(max_results=2)
seen["pages"] = [[i.name for i in first], names(max_results=2, page_token=first.token)]
seen["counted"] = [[i.name, i.trace_count] for i in store.search_issues(experiment_id=experiment, include_trace_count=True)]
seen["refused"] = {
    "no issue": refused(lambda: store.get_issue("iss-none")),
    "no change": refused(lambda: store.update_issue("iss-none", name="x")),
    "no experiment": refused(lambda: store.create_issue("987654", "x", "y")),
    "no name": refused(lambda: store.create_issue(experiment, "", "y")),
    "a filter": refused(lambda: names(filter_string="name = 'x'")),
    "half a filter": refused(lambda: names(filter_string="status =")),
}


def naming(issue):
    found = client.search_traces(locations=[experiment], filter_string=f"issue.id = '{issue.issue_id}'")
    return sorted(traces.index(trace.info.trace_id) for trace in found)


seen["traces of issues"] = [naming(low), naming(high)]

client.register_prompt("greet", "Hello {{name}}")
client.register_prompt("greet", "Dear {{name}}")
versions = [client.get_prompt_version("greet", number) for number in (1, 2)]
client.link_prompt_versions_to_trace(prompt_versions=versions[:1], trace_id=traces[0])
client.link_prompt_versions_to_trace(prompt_versions=versions, trace_id=traces[0])
client.link_prompt_versions_to_trace(prompt_versions=versions[1:], trace_id=traces[1])


def using(prompt):
    found = client.search_traces(locations=[experiment], filter_string=f"prompt = '{prompt}'")
    return sorted(traces.index(trace.info.trace_id) for trace in found)


seen["prompts"] = [using("greet/1"), using("greet/2"), using("greet/3")]
print(json.dumps(seen))
