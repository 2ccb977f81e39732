"""Label schemas and review queues by MLflow's own client at a server, with every rule that it may break; prints what it was told as JSON."""

import dataclasses
import json
import re
import sys
import time
from enum import Enum

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.genai import label_schemas as schemas
from mlflow.genai import review_queues as queues
from mlflow.genai.label_schemas import InputCategorical, InputNumeric, InputPassFail, InputText

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
store = client._tracing_client.store
experiment = mlflow.set_experiment("reviewed").experiment_id
other = client.create_experiment("other")
removed = client.create_experiment("removed")
client.delete_experiment(removed)


def trace(place):
    span = mlflow.start_span_no_context("answer", experiment_id=place)
    span.end()
    mlflow.flush_trace_async_logging()
    return span.trace_id


first, second, third = (trace(experiment) for _ in range(3))
foreign = trace(other)
aliases = {experiment: "experiment", other: "other", removed: "removed"}
aliases |= {first: "first", second: "second", third: "third", foreign: "foreign"}
answers = []


def shown(value):
    if dataclasses.is_dataclass(value):
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        if fields.get("is_default"):
            # Each server asks in words of its own.
            fields["instruction"] = bool(fields["instruction"])
        if "schema_ids" in fields:
            # They come in the order of their identifiers, which are made by chance.
            fields["schema_ids"] = sorted(shown(each) for each in fields["schema_ids"])
        begin = fields.get("created_at") or fields.get("creation_time_ms")
        for name, given in fields.items():
            if begin is not None and isinstance(given, int) and given >= begin > 1e12:
                fields[name] = "at once" if given == begin else "later"
        kind = {"kind": type(value).__name__}
        return kind | {name: shown(given) for name, given in fields.items()}
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, (list, tuple)):
        rows = [shown(each) for each in value]
        return [rows, bool(value.token)] if hasattr(value, "token") else rows
    if isinstance(value, str) and re.fullmatch(r"(ls|rq)-[0-9a-f]{32}", value):
        return aliases.setdefault(value, f"{value[:2]} {len(aliases)}")
    if isinstance(value, float):
        return repr(value)
    return aliases.get(value, value) if isinstance(value, str) else value


def told(call, *args, **named):
    # What is made in another millisecond stands in another place.
    time.sleep(0.003)
    try:
        answer = call(*args, **named)
    except MlflowException as error:
        answers.append(error.error_code)
        return None
    answers.append(shown(answer))
    return answer


def ask(name, input, type="feedback", **more):
    return told(schemas.create_label_schema, name, type=type, input=input, **{"experiment_id": experiment, **more})


# Questions of each kind, and what none may be.
right = ask("Is it right?", InputPassFail("Yes", "No"), instruction="Look it up.", enable_comment=True)
kinds = ask("kinds", InputCategorical(["a", "b"], multi_select=True))
single = ask("single", InputCategorical([f"option {i}" for i in range(10)]))
number = ask("number", InputNumeric(0, 10.5), type="expectation")
ask("unbounded", InputNumeric(float("-inf"), float("inf")))
ask("from", InputNumeric(min_value=-3))
words = ask("words", InputText())
ask("few words", InputText(max_length=7), instruction="")
ask("n" * 250, InputText(), instruction="i" * 1000)
ask("ä" * 250, InputPassFail("ü" * 64, "no"))
for name in ["", " ", "n" * 251, "Feedback", " feedback "]:
    ask(name, InputText())
ask("words", InputText())
ask("Words", InputText())
for input in [
    InputPassFail("same", "same"),
    InputPassFail("", "no"),
    InputPassFail("yes", "n" * 65),
    InputCategorical([]),
    InputCategorical([str(i) for i in range(11)]),
    InputCategorical(["a", "a"]),
    InputCategorical(["a", ""]),
    InputCategorical(["o" * 65]),
    InputNumeric(1, 1),
    InputNumeric(2, 1),
    InputText(max_length=0),
]:
    ask("never", input)
ask("never", InputText(), instruction="i" * 1001)
ask("never", InputText(), experiment_id="987654321")
ask("never", InputText(), experiment_id=removed)

told(schemas.get_label_schema, schema_id=right.schema_id)
told(schemas.get_label_schema, "words", experiment_id=experiment)
told(schemas.get_label_schema, "WORDS", experiment_id=experiment)
told(schemas.get_label_schema, "Feedback", experiment_id=experiment)
told(schemas.get_label_schema, "words", experiment_id=other)
told(schemas.get_label_schema, "words", experiment_id="987654321")
told(schemas.get_label_schema, schema_id="ls-none")
everything = told(schemas.list_label_schemas, experiment)
usual = next(each for each in everything if each.is_default)
told(schemas.get_label_schema, "Feedback", experiment_id=experiment)
page = told(schemas.list_label_schemas, experiment, max_results=2)
told(schemas.list_label_schemas, experiment, max_results=50, page_token=page.token)
told(schemas.list_label_schemas, other)
told(schemas.list_label_schemas, "987654321")
told(schemas.list_label_schemas, removed)
for most in [0, -1, 50_000, 50_001]:
    told(schemas.list_label_schemas, other, max_results=most)
told(schemas.list_label_schemas, other, page_token="nonsense")

change = schemas.update_label_schema
told(change, right.schema_id, name="Is it true?", instruction="", enable_comment=False)
told(change, right.schema_id, input=InputPassFail("True", "False"))
told(change, right.schema_id)
told(change, right.schema_id, name="Is it true?")
told(change, right.schema_id, name="words")
told(change, right.schema_id, name="feedback")
told(change, right.schema_id, name="")
told(change, right.schema_id, instruction="i" * 1001)
told(change, right.schema_id, input=InputText())
told(change, right.schema_id, input=InputPassFail("x", "x"))
told(change, kinds.schema_id, input=InputCategorical(["c"], multi_select=True))
told(change, kinds.schema_id, input=InputCategorical(["c"]))
told(change, number.schema_id, input=InputNumeric())
told(change, usual.schema_id, instruction="other")
told(change, "ls-none", name="x")
told(schemas.delete_label_schema, schema_id=usual.schema_id)
told(schemas.delete_label_schema, schema_id=single.schema_id)
told(schemas.delete_label_schema, schema_id=single.schema_id)
told(schemas.get_label_schema, schema_id=single.schema_id)


# Queues of users and others.
def make(name, queue_type="custom", **more):
    return told(queues.create_review_queue, name, queue_type=queue_type, **{"experiment_id": experiment, **more})


both = [words.schema_id, right.schema_id]
queue = make(" Team A ", users=["Bob", " ada ", "BOB"], schema_ids=[*both, words.schema_id])
bare = make("bare")
eve = make("Eve", "user")
make("q" * 250, users=[f"u{i}" for i in range(10)])
for name in ["", "  ", "q" * 251, "Default", "team a", "eve"]:
    make(name)
make("default", "user")
make("x", "user", users=["y"])
make("frank", "user", users=["Frank "])
make("x", "user", schema_ids=both)
make("x", users=[f"u{i}" for i in range(11)])
make("x", users=[""])
make("x", users=["u" * 251])
make("x", schema_ids=["ls-none"])
make("x", schema_ids=["s" * 51])
make("x", schema_ids=[usual.schema_id], experiment_id=other)
make("x", experiment_id="987654321")
make("x", experiment_id=removed)
own = queues.get_or_create_user_queue
told(own, "EVE", experiment_id=experiment)
told(own, "grace", experiment_id=experiment)
told(own, " Grace", experiment_id=experiment)
told(own, "bare", experiment_id=experiment)
told(own, "", experiment_id=experiment)
told(own, "  ", experiment_id=experiment)
told(own, "grace", experiment_id="987654321")
get = queues.get_review_queue
told(get, queue.queue_id)
told(get, "rq-none")
told(get, name="TEAM a", experiment_id=experiment)
told(get, name="none", experiment_id=experiment)
told(get, name="bare", experiment_id=other)
told(get, name="bare", experiment_id=removed)

# What waits in them.
add = queues.add_items_to_review_queue
told(add, queue.queue_id, item_ids=[second, f" {first} ", second])
told(add, queue.queue_id, item_ids=[third, first])
told(add, bare.queue_id, item_ids=[first])
told(add, queue.queue_id, item_ids=[])
told(add, queue.queue_id, item_ids=[""])
told(add, queue.queue_id, item_ids=["t" * 51])
told(add, queue.queue_id, item_ids=[first, "tr-none"])
told(add, queue.queue_id, item_ids=[foreign])
told(add, "rq-none", item_ids=[first])
items = queues.list_review_queue_items
page = told(items, queue.queue_id, max_results=1)
answers.append(len(items(queue.queue_id, max_results=5, page_token=page.token)))
told(items, "rq-none")
for most in [0, 50_001]:
    told(items, queue.queue_id, max_results=most)
told(items, queue.queue_id, page_token="nonsense")

status = queues.set_review_queue_item_status
told(status, queue.queue_id, item_id=first, status="complete", completed_by=" Ada ")
told(status, queue.queue_id, item_id=first, status="complete", completed_by="bob")
told(status, queue.queue_id, item_id=f" {first} ", status="declined", completed_by="bob")
told(status, queue.queue_id, item_id=second, status="complete", completed_by="bob")
told(items, queue.queue_id, status="declined")
told(items, queue.queue_id, status="pending")
told(status, queue.queue_id, item_id=first, status="pending")
told(status, queue.queue_id, item_id=first, status="pending", completed_by="bob")
told(status, queue.queue_id, item_id=first, status="complete")
told(status, queue.queue_id, item_id=first, status="complete", completed_by=" ")
told(status, queue.queue_id, item_id=first, status="complete", completed_by="u" * 251)
told(status, queue.queue_id, item_id="tr-none", status="complete", completed_by="bob")
told(status, "rq-none", item_id=first, status="complete", completed_by="bob")
told(items, bare.queue_id)

# Which queues there are, and what of them changes.
find = queues.list_review_queues
told(find, experiment_id=experiment)
told(find, experiment_id=experiment, user="BOB")
told(find, experiment_id=experiment, user="nobody")
told(find, experiment_id=other)
told(find, experiment_id="987654321")
page = told(find, experiment_id=experiment, max_results=2)
told(find, experiment_id=experiment, max_results=2, page_token=page.token)
told(find, experiment_id=experiment, max_results=0)
told(find, experiment_id=experiment, max_results=50_001)
told(store.list_review_queues, experiment, item_id=first)
told(store.list_review_queues, experiment, item_id=third)
told(store.list_review_queues, experiment, user="ada", item_id=first)
update = queues.update_review_queue
told(update, queue.queue_id, name=" Team B", new_owner=" Ada ")
told(update, queue.queue_id, name="TEAM B")
told(update, queue.queue_id, users=["zoe"])
told(update, queue.queue_id, users=[])
told(update, queue.queue_id)
told(update, queue.queue_id, schema_ids=[])
told(update, queue.queue_id, name="Bare")
told(update, queue.queue_id, name="default")
told(update, queue.queue_id, name=" ")
told(update, queue.queue_id, new_owner=" ")
told(update, queue.queue_id, users=[f"u{i}" for i in range(11)])
told(update, eve.queue_id, name="other")
told(update, "rq-none", name="x")
drop = queues.remove_items_from_review_queue
told(drop, bare.queue_id, item_ids=[first, "tr-none"])
told(drop, bare.queue_id, item_ids=[])
told(drop, "rq-none", item_ids=[first])
told(update, bare.queue_id, schema_ids=both)
told(update, bare.queue_id, schema_ids=["ls-none"])
told(update, bare.queue_id, schema_ids=[])
told(schemas.delete_label_schema, schema_id=words.schema_id)
told(get, queue.queue_id)



# What the client itself would not send.
def post(path, **body):
    answer = requests.post(f"{sys.argv[1]}/api/3.0/mlflow/{path}", json=body, timeout=60)
    code = answer.json().get("error_code")
    answers.append(f"{answer.status_code} {code}" if code else answer.status_code)


new = {"experiment_id": experiment, "name": "raw"}
kind = {"type": "FEEDBACK", "input": {"text": {}}}
post("label-schemas/create", **new, type="FEEDBACK")
post("label-schemas/create", **new, type="FEEDBACK", input={})
for named in [None, "GUESS", "LABEL_SCHEMA_TYPE_UNSPECIFIED"]:
    post("label-schemas/create", **new, input={"text": {}}, **({"type": named} if named else {}))
    post("review-queues/create", **new, **({"queue_type": named} if named else {}))
post("label-schemas/create", name="raw", **kind)
post("label-schemas/create", experiment_id=experiment, **kind)
post("review-queues/create", name="raw", queue_type="CUSTOM")
post("review-queues/get-or-create-user", experiment_id=experiment)
item = {"queue_id": queue.queue_id, "item_id": first, "completed_by": "bob"}
for given in [{}, {"status": "GUESS"}, {"status": "REVIEW_STATUS_UNSPECIFIED"}]:
    post("review-queues/items/set-status", **item, **given)
post("review-queues/items/set-status", queue_id=queue.queue_id, status="COMPLETE", completed_by="bob")
for given in ["REVIEW_ITEM_TYPE_UNSPECIFIED", "TRACE"]:
    post("review-queues/items/add", queue_id=queue.queue_id, item_ids=[first], item_type=given)
post("review-queues/items/add", item_ids=[first])
post("review-queues/update", queue_id=queue.queue_id, users=["not said to be changed"])

# A trace that goes leaves its queues.
client.delete_traces(experiment, trace_ids=[second])
told(items, queue.queue_id, status="complete")
told(store.list_review_queues, experiment, item_id=second)
told(queues.delete_review_queue, queue.queue_id)
told(queues.delete_review_queue, queue.queue_id)
told(get, queue.queue_id)
told(items, queue.queue_id)
told(store.list_review_queues, experiment, item_id=first)
client.delete_experiment(experiment)
told(get, bare.queue_id)
told(get, name="bare", experiment_id=experiment)
told(schemas.get_label_schema, schema_id=kinds.schema_id)
print(json.dumps(answers))
