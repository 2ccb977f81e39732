"""Traces with fixed times, tokens, costs and judgements at a server, and every kind of question about them; prints the answers as JSON."""

import json
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.exceptions import MlflowException

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
experiment = mlflow.set_experiment("measured").experiment_id
run = client.create_run(experiment).info.run_id
start = 1_760_000_000_000  # milliseconds; 2025-10-09T08:53:20Z
traces = []
for i in range(12):
    name = "answer" if i % 3 else "look up"
    at = (start + i * 1500) * 1_000_000
    root = mlflow.start_span_no_context(
        name,
        start_time_ns=at,
        experiment_id=experiment,
        metadata={"mlflow.trace.session": f"s{i % 5}"} if i % 4 else {},
        tags={"team": "red" if i % 2 else "blue"},
    )
    child = mlflow.start_span_no_context("model", span_type="LLM", parent_span=root, start_time_ns=at + 1_000_000)
    child.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 10 + i, "output_tokens": i, "total_tokens": 10 + 2 * i})
    child.set_attribute("mlflow.llm.model", "large" if i % 2 else "small")
    child.set_attribute("mlflow.llm.provider", "here")
    if i != 7:
        child.set_attribute("mlflow.llm.cost", {"input_cost": 0.25 * i, "output_cost": 0.5, "total_cost": 0.25 * i + 0.5})
    child.end(end_time_ns=at + (20 + i * i) * 1_000_000)
    root.end(status="ERROR" if i == 4 else "OK", end_time_ns=at + (40 + i * i) * 1_000_000)
    traces.append(root.trace_id)
mlflow.flush_trace_async_logging()
client.link_traces_to_run(traces[:3], run)
source = AssessmentSource(source_type="HUMAN", source_id="ada")
said = None
for i, value in enumerate([1, 0.25, True, "yes", "no", "perhaps", False]):
    said = mlflow.log_feedback(trace_id=traces[i], name="good" if i % 2 else "right", value=value, source=source)
mlflow.override_feedback(trace_id=traces[6], assessment_id=said.assessment_id, value=True, source=source)
mlflow.log_expectation(trace_id=traces[0], name="wanted", value="forty-two", source=source)

store = client._tracing_client.store
answers = []


def ask(view, metric, aggregations, **more):
    asked = []
    try:
        for each in aggregations:
            kind, _, percentile = each.partition(":")
            asked.append(MetricAggregation(AggregationType(kind), float(percentile) if percentile else None))
        points = store.query_trace_metrics([experiment], MetricViewType(view), metric, asked, **more)
        answers.append([{"d": each.dimensions, "v": each.values} for each in points])
    except MlflowException as error:
        answers.append(error.error_code)


sizes = ["AVG", "MIN", "MAX", "PERCENTILE:50", "PERCENTILE:99.9", "PERCENTILE:0", "PERCENTILE:100"]
window = {"start_time_ms": start, "end_time_ms": start + 20_000}
ask("TRACES", "trace_count", ["COUNT"])
ask("TRACES", "trace_count", ["COUNT"], dimensions=["trace_name", "trace_status"])
ask("TRACES", "trace_count", ["COUNT"], time_interval_seconds=5, **window)
ask("TRACES", "trace_count", ["COUNT"], start_time_ms=start + 3000, end_time_ms=start + 6000)
ask("TRACES", "session_count", ["COUNT"])
ask("TRACES", "latency", sizes)
ask("TRACES", "latency", sizes, dimensions=["trace_name"], time_interval_seconds=7, **window)
for metric in ("input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens"):
    ask("TRACES", metric, ["SUM", *sizes], dimensions=["trace_name"])
for condition in (
    "trace.status = 'ERROR'",
    "trace.tag.team = 'red'",
    "trace.tag.mlflow.traceName = 'answer'",
    "trace.metadata.mlflow.trace.session = 's2'",
    f"trace.metadata.mlflow.sourceRun = '{run}'",
    "trace.metadata.`nobody` = \"x\"",
):
    ask("TRACES", "trace_count", ["COUNT"], filters=[condition])
ask("TRACES", "trace_count", ["COUNT"], filters=["trace.status = 'OK'", "trace.tag.team = 'red'"])
ask("SPANS", "span_count", ["COUNT"])
ask("SPANS", "span_count", ["COUNT"], dimensions=["span_name", "span_type", "span_status"])
ask("SPANS", "span_count", ["COUNT"], dimensions=["span_model_name", "span_model_provider"])
ask("SPANS", "span_count", ["COUNT"], time_interval_seconds=3, **window)
ask("SPANS", "latency", sizes, dimensions=["span_name"])
ask("SPANS", "latency", sizes, filters=["span.type = 'LLM'", "trace.tag.team = 'blue'"])
for metric in ("input_cost", "output_cost", "total_cost"):
    ask("SPANS", metric, ["SUM", *sizes], dimensions=["span_model_name"])
ask("SPANS", "total_cost", ["SUM"], start_time_ms=start + 1501, end_time_ms=start + 4502)
ask("ASSESSMENTS", "assessment_count", ["COUNT"])
ask("ASSESSMENTS", "assessment_count", ["COUNT"], dimensions=["assessment_name", "assessment_value"])
ask("ASSESSMENTS", "assessment_value", sizes, dimensions=["assessment_name"])
ask("ASSESSMENTS", "assessment_count", ["COUNT"], filters=["assessment.name = 'good'"])
ask("ASSESSMENTS", "assessment_count", ["COUNT"], filters=["assessment.type = 'expectation'"])
ask("ASSESSMENTS", "assessment_count", ["COUNT"], filters=["trace.status = 'ERROR'"])
ask("ASSESSMENTS", "assessment_count", ["COUNT"], time_interval_seconds=4, **window)
ask("TRACES", "trace_count", ["COUNT"], dimensions=["trace_name"], max_results=1)
for view, metric, aggregations, more in (
    ("TRACES", "colour", ["COUNT"], {}),
    ("TRACES", "latency", ["SUM"], {}),
    ("TRACES", "latency", ["AVG"], {"dimensions": ["trace_status"]}),
    ("TRACES", "trace_count", ["COUNT"], {"time_interval_seconds": 5}),
    ("TRACES", "trace_count", ["COUNT"], {"filters": ["span.type = 'LLM'"]}),
    ("TRACES", "trace_count", ["COUNT"], {"filters": ["trace.status != 'OK'"]}),
    ("TRACES", "trace_count", ["COUNT"], {"filters": ["trace.status = 1"]}),
    ("TRACES", "trace_count", ["COUNT"], {"filters": ["trace.colour = 'x'"]}),
    ("TRACES", "trace_count", ["COUNT"], {"filters": ["trace.tag = 'x'"]}),
    ("TRACES", "trace_count", ["COUNT"], {"filters": ["trace.status = 'OK' AND trace.tag.team = 'red'"]}),
):
    ask(view, metric, aggregations, **more)
print(json.dumps(answers))
