"""Serves the operator tests of the onnx package, and compares each answer with that of ONNX Runtime in Python.

    operators.py prepare DIRECTORY        writes model repositories of at most 300 models each, with calls and answers
    operators.py ask URL REPOSITORY       calls each model of a repository and prints what is not right

A model is taken if ONNX Runtime runs it on the test's own inputs, gives the same answer twice, and takes and gives
only tensors of the types that the Open Inference Protocol has. Each is tried in a process of its own kind: one that ends the process is left out.
"""
import json
import multiprocessing
import pathlib
import shutil
import struct
import sys
import urllib.error
import urllib.request

import numpy as np

CHUNK = 300
TYPES = {"bool": "BOOL", "int8": "INT8", "int16": "INT16", "int32": "INT32", "int64": "INT64", "uint8": "UINT8",
         "uint16": "UINT16", "uint32": "UINT32", "uint64": "UINT64", "float16": "FP16", "float32": "FP32",
         "float64": "FP64", "object": "BYTES"}
RANDOM = {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}
NUMPY = {value: key for key, value in TYPES.items()}
RUNTIME = {"tensor(float)", "tensor(double)", "tensor(string)", *(f"tensor({name})" for name in TYPES)}


def cases():
    import onnx.backend.test
    data = pathlib.Path(onnx.backend.test.__file__).parent / "data"
    return sorted(path.parent for path in data.glob("*/*/model.onnx") if (path.parent / "test_data_set_0").is_dir())


def inputs_of(case):
    import onnx
    from onnx import numpy_helper
    model = onnx.load(case / "model.onnx", load_external_data=False)
    if any(node.op_type in RANDOM or (node.op_type == "Dropout" and len(node.input) > 2) for node in model.graph.node):
        return None
    names = [value.name for value in model.graph.input]
    values = {}
    for index, file in enumerate(sorted((case / "test_data_set_0").glob("input_*.pb"), key=lambda f: int(f.stem[6:]))):
        if not model.graph.input[index].type.HasField("tensor_type"):
            return None
        tensor = onnx.TensorProto.FromString(file.read_bytes())
        array = numpy_helper.to_array(tensor)
        if array.dtype.kind in "SUO":
            array = np.array([v.decode() if isinstance(v, bytes) else str(v) for v in array.ravel()], object).reshape(array.shape)
        values[names[index]] = array
    return values


def answers_of(case):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(case / "model.onnx"), options, providers=["CPUExecutionProvider"])
    inputs = inputs_of(case)
    if inputs is None:
        return None
    answers = [session.run(None, inputs) for _ in range(2)]
    outputs = {}
    for info, one, other in zip(session.get_outputs(), *answers):
        if not isinstance(one, np.ndarray) or info.type not in RUNTIME:
            return None
        if one.dtype.kind == "O":
            one, other = [np.array([str(v) for v in a.ravel()], object).reshape(a.shape) for a in (one, other)]
        if TYPES.get(str(one.dtype)) is None or not same(one, other):
            return None
        outputs[info.name] = one
    if any(info.type not in RUNTIME for info in session.get_inputs()):
        return None
    return inputs, outputs


def same(one, other):
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind in "OUS":
        return one.tolist() == other.tolist()
    if one.dtype.kind == "f":
        return np.allclose(one, other, rtol=1e-3, atol=1e-5, equal_nan=True)
    return np.array_equal(one, other)


def tensor(value):
    return {"shape": list(value.shape), "datatype": TYPES[str(value.dtype)], "data": value.ravel().tolist()}


def worker(connection):
    while True:
        case = connection.recv()
        try:
            found = answers_of(case)
            connection.send(None if found is None else json.dumps([{k: tensor(v) for k, v in part.items()} for part in found]))
        except Exception:
            connection.send(None)


def prepare(directory):
    context = multiprocessing.get_context("spawn")
    taken, process, connection = 0, None, None
    for case in cases():
        if process is None:
            connection, end = context.Pipe()
            process = context.Process(target=worker, args=(end,), daemon=True)
            process.start()
            end.close()
        try:
            connection.send(case)
            found = connection.recv() if connection.poll(60) else None
        except (EOFError, OSError):
            found = None
        if not process.is_alive():
            process = None
        if found is None:
            continue
        name = case.name.removeprefix("test_")
        folder = directory / f"{taken // CHUNK}" / name
        (folder / "1").mkdir(parents=True)
        shutil.copy(case / "model.onnx", folder / "1" / "model.onnx")
        (folder.parent.with_name(f"{folder.parent.name}-calls")).mkdir(exist_ok=True)
        (folder.parent.with_name(f"{folder.parent.name}-calls") / f"{name}.json").write_text(found)
        taken += 1
    print(f"{taken} models of {len(cases())}")


def array(value):
    kind = NUMPY[value["datatype"]]
    return np.array(value["data"], object if kind == "object" else kind).reshape(value["shape"])


def binary(value):
    if value.dtype.kind == "O":
        return b"".join(struct.pack("<I", len(v.encode())) + v.encode() for v in value.ravel().tolist())
    return np.ascontiguousarray(value).tobytes()


def infer(url, name, inputs):
    bodies = [binary(value) for value in inputs.values()]
    header = json.dumps({"inputs": [{"name": key, "shape": list(value.shape), "datatype": TYPES[str(value.dtype)],
                                     "parameters": {"binary_data_size": len(body)}}
                                    for (key, value), body in zip(inputs.items(), bodies)],
                         "parameters": {"binary_data_output": True}}).encode()
    request = urllib.request.Request(f"{url}/v2/models/{name}/infer", header + b"".join(bodies), {
        "Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(header))})
    with urllib.request.urlopen(request, timeout=60) as response:
        length = int(response.headers.get("Inference-Header-Content-Length", 0))
        content = response.read()
    answer = json.loads(content[:length] if length else content)
    outputs, place = {}, length
    for output in answer["outputs"]:
        if "data" in output:
            outputs[output["name"]] = array(output)
            continue
        size = output["parameters"]["binary_data_size"]
        outputs[output["name"]] = decode(output, content[place:place + size])
        place += size
    return outputs


def decode(output, data):
    if output["datatype"] != "BYTES":
        return np.frombuffer(data, NUMPY[output["datatype"]]).reshape(output["shape"])
    texts, place = [], 0
    while place < len(data):
        length, = struct.unpack_from("<I", data, place)
        texts.append(data[place + 4:place + 4 + length].decode())
        place += 4 + length
    return np.array(texts, object).reshape(output["shape"])


def difference(url, name, call):
    inputs, expected = ({key: array(value) for key, value in part.items()} for part in call)
    try:
        outputs = infer(url, name, inputs)
    except urllib.error.HTTPError as error:
        return f"{error.code}: {error.read().decode(errors='replace')[:300]}"
    for key, value in expected.items():
        if key not in outputs:
            return f"output {key} is missing"
        if not same(value, outputs[key]):
            return f"output {key} is {str(outputs[key])[:150]} where {str(value)[:150]} is right"
    return None


def ask(url, repository):
    calls = sorted(repository.with_name(f"{repository.name}-calls").glob("*.json"))
    wrong = 0
    for file in calls:
        found = difference(url, file.stem, json.loads(file.read_text()))
        if found:
            wrong += 1
            print(f"{file.stem}: {found}")
    print(f"{len(calls) - wrong} of {len(calls)} right")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(ask(sys.argv[2], pathlib.Path(sys.argv[3])))
