"""Asks an endpoint over gRPC with Triton's own client; prints what came back as one line of JSON.

  inference_grpc.py HOST:PORT MODEL VALUE…
"""

import json
import sys

import numpy
from tritonclient.grpc import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

address, model, *values = sys.argv[1:]
client = InferenceServerClient(address)
row = numpy.array([[float(value) for value in values]], dtype=numpy.float64)
tensor = InferInput("X", list(row.shape), "FP64")
tensor.set_data_from_numpy(row)
answer = client.infer(model, [tensor], request_id="from-triton", outputs=[InferRequestedOutput("label"), InferRequestedOutput("probabilities")])
try:
    client.get_model_metadata("nothing")
    refused = ""
except InferenceServerException as error:
    refused = error.status()
metadata = client.get_model_metadata(model)
print(
    json.dumps(
        {
            "live": client.is_server_live(),
            "ready": client.is_model_ready(model),
            "inputs": [[each.name, each.datatype] for each in metadata.inputs],
            "id": answer.get_response().id,
            "label": [text.decode() for text in answer.as_numpy("label")],
            "probabilities": answer.as_numpy("probabilities").tolist(),
            "refused": refused,
        }
    )
)
