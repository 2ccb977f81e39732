"""Writes traces with what is attached to them and was said of them; run as a script it says as JSON which traces a store or a server has."""

import hashlib
import json
import os
import re
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource
from mlflow.tracing.attachments import Attachment
from mlflow.tracing.client import TracingClient

ours = ("tidemill.", "mlflow.artifactLocation", "mlflow.trace.spansLocation", "mlflow.trace.infoFinalized")


def write_traces():
    """Into the experiment that is set."""
    source = AssessmentSource(source_type="HUMAN", source_id="ada")
    with mlflow.start_run(run_name="traced"):
        with mlflow.start_span("answer", span_type="CHAIN") as root:
            picture = Attachment(content_type="image/png", content_bytes=bytes(range(256)) * 300)
            root.set_inputs({"question": "how deep?", "picture": picture})
            with mlflow.start_span("model", span_type="LLM") as span:
                span.set_attribute("mlflow.llm.model", "large")
                span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 12, "output_tokens": 3, "total_tokens": 15})
                span.set_attribute("ratio", 0.25)
                span.set_outputs([Attachment(content_type="text/plain", content_bytes="très profond".encode())])
            root.set_outputs(["very", {"deep": True}])
            mlflow.update_current_trace(tags={"team": "red"}, metadata={"mlflow.trace.session": "s1"})
    try:
        with mlflow.start_span("breaks"):
            raise ValueError("too deep")
    except ValueError:
        pass
    mlflow.flush_trace_async_logging()
    said = mlflow.log_feedback(trace_id=root.trace_id, name="right", value=False, source=source, rationale="shallow")
    mlflow.override_feedback(trace_id=root.trace_id, assessment_id=said.assessment_id, value=True, source=source)
    mlflow.log_expectation(trace_id=root.trace_id, name="wanted", value={"deep": [1, 2]}, source=source)


def said_of(each):
    error = each.feedback.error if each.feedback else None
    return {
        "name": each.name,
        "value": each.feedback.value if each.feedback else each.expectation.value,
        "error": error.error_message if error else None,
        "why": each.rationale,
        "by": each.source.source_id,
        "valid": each.valid if each.feedback else None,
        "replaces": each.overrides is not None,
        "at": each.create_time_ms,
    }


def attached_to(trace):
    """What clients read of the files that spans name."""
    files = TracingClient()._get_artifact_repo_for_trace(trace.info)
    named = re.findall(r"mlflow-attachment://([\w-]+)", json.dumps([span.attributes for span in trace.data.spans]))
    read = {each: files.download_trace_attachment(each) for each in named}
    return {each: [len(content), hashlib.sha256(content).hexdigest()] for each, content in read.items()}


def traces_of(uri):
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    found = client.search_traces(experiment_ids=[e.experiment_id for e in client.search_experiments()])
    return sorted(
        (
            {
                "id": trace.info.trace_id,
                "at": trace.info.request_time,
                "took": trace.info.execution_duration,
                "state": str(trace.info.state),
                "request": trace.info.request_preview,
                "response": trace.info.response_preview,
                "tags": {k: v for k, v in trace.info.tags.items() if not k.startswith(ours)},
                "metadata": {
                    k: json.loads(v) if v.startswith("{") else v
                    for k, v in trace.info.trace_metadata.items()
                    if not k.startswith((*ours, "mlflow.trace.sizeStats"))
                },
                "spans": [
                    {
                        "name": span.name,
                        "id": span.span_id,
                        "parent": span.parent_id,
                        "start": span.start_time_ns,
                        "end": span.end_time_ns,
                        "status": str(span.status.status_code),
                        "attributes": span.attributes,
                        "events": [[event.name, sorted(event.attributes)] for event in span.events],
                    }
                    for span in sorted(trace.data.spans, key=lambda each: each.start_time_ns)
                ],
                "attached": attached_to(trace),
                "said": sorted((said_of(each) for each in trace.info.assessments), key=lambda each: (each["name"], each["at"])),
            }
            for trace in found
        ),
        key=lambda trace: trace["id"],
    )


if __name__ == "__main__":
    print(json.dumps(traces_of(sys.argv[1])))
