"""What holds for each of the four clients of the package tritonclient."""
import base64
import json
import pathlib
import os

import numpy as np
from tritonclient.utils import InferenceServerException

import support


class Contract:
    """To be mixed with unittest.TestCase. Has self.client, whose methods answer when they are called, and self.module
    with the client's classes."""

    infer_kinds = [{}]

    def ask(self, method, *arguments, **more):
        return getattr(self.client, method)(*arguments, **self.as_json, **more)

    def input(self, name, array, datatype=None, **kind):
        datatype = datatype or support_datatype(array)
        tensor = self.module.InferInput(name, list(array.shape), datatype)
        tensor.set_data_from_numpy(array, **kind)
        return tensor

    def infer(self, model, arrays, **more):
        inputs = [self.input(name, array) for name, array in arrays.items()]
        return self.client.infer(model, inputs, **more)

    def refused(self, words, call, *arguments, **more):
        with self.assertRaises(InferenceServerException) as refusal:
            call(*arguments, **more)
        message = refusal.exception.message()
        for word in words:
            self.assertIn(word, message)
        self.assertNotIn("Exception", message)
        self.assertNotIn("{", message)
        return refusal.exception

    # health and descriptions

    def test_health(self):
        self.assertTrue(self.client.is_server_live())
        self.assertTrue(self.client.is_server_ready())
        self.assertTrue(self.client.is_model_ready("identity_fp32_2"))
        self.assertTrue(self.client.is_model_ready("twice", "2"))

    def test_server_metadata(self):
        server = self.ask("get_server_metadata")
        self.assertEqual(server["name"], "model-serving")
        for extension in ["binary_tensor_data", "classification", "model_configuration", "model_repository",
                          "parameters", "schedule_policy", "sequence", "statistics"]:
            self.assertIn(extension, server["extensions"])

    def test_model_metadata(self):
        model = self.ask("get_model_metadata", "sum_and_difference")
        self.assertEqual(model["name"], "sum_and_difference")
        self.assertEqual([tensor["name"] for tensor in model["inputs"]], ["a", "b"])
        self.assertEqual([tensor["name"] for tensor in model["outputs"]], ["sum", "difference"])
        self.assertEqual([tensor["datatype"] for tensor in model["inputs"]], ["FP32", "FP32"])
        self.assertEqual([[int(size) for size in tensor["shape"]] for tensor in model["inputs"]], [[-1, -1]] * 2)
        self.assertEqual(sorted(self.ask("get_model_metadata", "twice")["versions"]), ["1", "2"])
        self.assertEqual(self.ask("get_model_metadata", "twice", "1")["versions"], ["1"])
        self.refused(["nobody"], self.client.get_model_metadata, "nobody")
        self.refused(["9"], self.client.get_model_metadata, "twice", "9")

    def test_model_config(self):
        config = self.config("sum_and_difference")
        self.assertEqual(config["name"], "sum_and_difference")
        self.assertEqual([tensor["name"] for tensor in config["input"]], ["a", "b"])
        self.assertEqual([tensor["data_type"] for tensor in config["output"]], ["TYPE_FP32"] * 2)
        self.refused(["nobody"], self.client.get_model_config, "nobody")

    # sequences

    def count(self, sequence, number, start=False, end=False):
        x = np.full([1, 1], number, dtype=np.float32)
        result = self.infer("counter", {"x": x}, sequence_id=sequence, sequence_start=start, sequence_end=end)
        self.assertIsNone(result.as_numpy("total"))
        return result.as_numpy("y")[0, 0]

    def test_sequences(self):
        ids = [self.spare, 1 + len(self.spare) * 1000]
        for sequence in ids:
            self.assertEqual(self.count(sequence, 1, start=True), 1)
        for sequence in ids:
            self.assertEqual(self.count(sequence, 2), 3)
        self.assertEqual(self.count(ids[0], 5, start=True), 5)
        self.assertEqual(self.count(ids[0], 1, end=True), 6)
        self.assertEqual(self.count(ids[1], 4, end=True), 7)
        for sequence in ids:
            self.refused([str(sequence), "must specify the START flag on the first request of the sequence"],
                         self.count, sequence, 1)
        self.refused(["correlation ID"], self.count, 0, 1, start=True)

    def test_sequence_config(self):
        config = self.config("counter")
        self.assertEqual([tensor["name"] for tensor in config["input"]], ["x"])
        self.assertEqual([tensor["name"] for tensor in config["output"]], ["y"])
        self.assertNotIn("dynamic_batching", config)
        sequences = config["sequence_batching"]
        self.assertEqual(int(sequences["max_sequence_idle_microseconds"]), 60_000_000)
        state = sequences["state"][0]
        self.assertEqual([state["input_name"], state["output_name"], state["data_type"]],
                         ["state", "total", "TYPE_FP32"])
        self.assertTrue(state["initial_state"][0]["zero_data"])
        self.assertEqual([tensor["name"] for tensor in self.ask("get_model_metadata", "counter")["inputs"]], ["x"])

    # inference

    def test_every_datatype(self):
        for datatype in support.DATATYPES:
            for kind in self.infer_kinds:
                # the client cannot turn "NaN" into a BF16
                finite = datatype == "BF16" and kind == {"binary_data": False}
                for model, array in support.tensors(datatype, finite):
                    with self.subTest(datatype, shape=array.shape, **kind):
                        result = self.client.infer(model, [self.input("x", array, datatype, **kind)],
                                                   **self.outputs(["y"], kind))
                        answer = result.as_numpy("y")
                        self.assertEqual(answer.shape, array.shape)
                        self.assertEqual(support.bits(answer), support.bits(array))

    def test_no_outputs_named_means_all(self):
        a = np.array([[1, 2]], dtype=np.float32)
        result = self.infer("sum_and_difference", {"a": a, "b": a})
        np.testing.assert_array_equal(result.as_numpy("sum"), a + a)
        np.testing.assert_array_equal(result.as_numpy("difference"), a - a)

    def test_one_output_named(self):
        a = np.array([[1, 2]], dtype=np.float32)
        result = self.infer("sum_and_difference", {"b": a, "a": a + a}, **self.outputs(["difference"]))
        np.testing.assert_array_equal(result.as_numpy("difference"), a)
        self.assertIsNone(result.as_numpy("sum"))

    def test_versions(self):
        x = np.array([[3]], dtype=np.float32)
        for version, factor in [("1", 1), ("2", 2), ("", 2)]:
            result = self.infer("twice", {"x": x}, model_version=version)
            np.testing.assert_array_equal(result.as_numpy("y"), x * factor)
            self.assertEqual(self.response(result)["model_version"], version or "2")

    def test_id_and_parameters(self):
        x = np.zeros([1, 1], dtype=np.float32)
        result = self.infer("identity_fp32_2", {"x": x}, request_id="seven", priority=1, timeout=20_000_000,
                            parameters={"text": "a", "flag": True, "number": 3})
        self.assertEqual(self.response(result)["id"], "seven")
        self.assertEqual(self.response(result)["model_name"], "identity_fp32_2")
        self.assertFalse(self.response(self.infer("identity_fp32_2", {"x": x})).get("id"))

    def test_classification(self):
        x = np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]], dtype=np.float32)
        result = self.infer("identity_fp32_2", {"x": x}, **self.outputs(["y"], {}, class_count=2))
        classes = [[text.decode().split(":") for text in row] for row in result.as_numpy("y")]
        self.assertEqual([[int(one[1]) for one in row] for row in classes], [[1, 2], [0, 2]])
        self.assertEqual([float(row[0][0]) for row in classes], [np.float32(0.7), 0.5])

    def test_errors_are_readable(self):
        x = np.zeros([2, 2], dtype=np.float32)
        infer = self.infer
        self.refused(["nobody"], infer, "nobody", {"x": x})
        self.refused(["twice", "9"], infer, "twice", {"x": x}, model_version="9")
        self.refused(["nothing"], infer, "identity_fp32_2", {"nothing": x})
        self.refused(["b"], infer, "sum_and_difference", {"a": x})
        self.refused(["x", "FP64", "FP32"], infer, "identity_fp32_2", {"x": x.astype(np.float64)})
        self.refused(["x", "[4]"], infer, "identity_fp32_2", {"x": x.reshape([4])})
        self.refused(["z"], infer, "identity_fp32_2", {"x": x}, **self.outputs(["z"]))

    def test_text_of_any_characters_comes_back(self):
        texts = np.array([text.encode() for text in ("\U0001f41f", "\U00020000\u00e9", "a\0b", "plain")], dtype=np.object_)
        answer = self.infer("identity_bytes_1", {"x": texts}).as_numpy("y")
        self.assertEqual(support.bits(answer), support.bits(texts))

    def test_what_the_runtime_cannot_do_is_refused_readably(self):
        self.refused(["UTF-8"], self.infer, "identity_bytes_1", {"x": np.array([b"\xff"], dtype=np.object_)})
        self.refused(["no rows"], self.infer, "identity_fp32_2", {"x": np.zeros([0, 2], dtype=np.float32)})

    def test_compression(self):
        x = np.arange(4000, dtype=np.float32).reshape([1, 4000])
        for algorithms in self.compressions:
            with self.subTest(**algorithms):
                result = self.infer("identity_fp32_2", {"x": x}, **algorithms)
                np.testing.assert_array_equal(result.as_numpy("y"), x)

    # statistics

    def statistics(self, model, version=""):
        return self.ask("get_inference_statistics", model, version)["model_stats"]

    def test_statistics(self):
        x = np.zeros([3, 1], dtype=np.float32)
        self.infer("counted", {"x": x})
        before = self.statistics("counted")[0]
        self.infer("counted", {"x": x})
        after = self.statistics("counted", "1")[0]
        self.assertEqual((after["name"], after["version"]), ("counted", "1"))
        self.assertEqual(int(after["inference_count"]) - int(before["inference_count"]), 3)
        self.assertEqual(int(after["execution_count"]) - int(before["execution_count"]), 1)
        self.assertGreater(int(after["last_inference"]), 1_700_000_000_000)
        for figure in ["success", "queue", "compute_input", "compute_infer", "compute_output"]:
            self.assertEqual(int(after["inference_stats"][figure]["count"])
                             - int(before["inference_stats"][figure]["count"]), 1, figure)
        self.assertGreater(int(after["inference_stats"]["compute_infer"]["ns"]),
                           int(before["inference_stats"]["compute_infer"]["ns"]))
        self.assertIn(3, [int(batch["batch_size"]) for batch in after["batch_stats"]])
        everybody = {entry["name"] for entry in self.statistics("")}
        self.assertTrue({"counted", "twice"} <= everybody)
        self.refused(["nobody"], self.client.get_inference_statistics, "nobody")

    # repository

    def entries(self, model):
        index = self.ask("get_model_repository_index")
        index = index if isinstance(index, list) else index.get("models", [])
        return [entry for entry in index if entry["name"] == model]

    def test_repository_index(self):
        self.assertEqual(sorted((entry["version"], entry["state"]) for entry in self.entries("twice")),
                         [("1", "READY"), ("2", "READY")])

    def test_load_and_unload(self):
        model = self.spare
        self.client.load_model(model)
        self.assertTrue(self.client.is_model_ready(model))
        x = np.ones([1, 1], dtype=np.float32)
        np.testing.assert_array_equal(self.infer(model, {"x": x}).as_numpy("y"), x)
        self.client.load_model(model, config=json.dumps({"max_batch_size": 2}))
        self.assertEqual(int(self.config(model)["max_batch_size"]), 2)
        self.client.unload_model(model)
        self.assertNotIn("READY", [entry.get("state") for entry in self.entries(model)])
        self.refused([model], self.infer, model, {"x": x})
        self.refused(["nobody"], self.client.load_model, "nobody")

    def test_load_with_files(self):
        twice = pathlib.Path(os.environ["MODEL_SERVING_MODELS"], "twice", "2", "model.onnx").read_bytes()
        model = self.spare + "_from_file"
        self.client.load_model(model, config="{}", files={"file:1/model.onnx": twice})
        x = np.ones([1, 1], dtype=np.float32)
        np.testing.assert_array_equal(self.infer(model, {"x": x}).as_numpy("y"), x + x)
        self.refused(["../evil.onnx"], self.client.load_model, model, config="{}", files={"file:../evil.onnx": twice})
        self.client.unload_model(model)

    # what an application in one process does not have

    def test_shared_memory_is_refused_readably(self):
        for call, arguments in [("get_system_shared_memory_status", []), ("unregister_system_shared_memory", []),
                                ("register_system_shared_memory", ["region", "/key", 8]),
                                ("get_cuda_shared_memory_status", []), ("unregister_cuda_shared_memory", []),
                                ("register_cuda_shared_memory", ["region", base64.b64encode(b"handle"), 0, 8])]:
            with self.subTest(call):
                self.refused([], getattr(self.client, call), *arguments)

    def test_trace_and_log_settings_answer_or_are_refused_readably(self):
        for call, arguments in [("get_trace_settings", []), ("update_trace_settings", [None, {"trace_rate": "1"}]),
                                ("get_log_settings", []), ("update_log_settings", [{"log_info": True}])]:
            with self.subTest(call):
                try:
                    getattr(self.client, call)(*arguments)
                except InferenceServerException as refusal:
                    self.assertNotIn("decoding", refusal.message())
                    self.assertTrue(refusal.message())


def support_datatype(array):
    from tritonclient.utils import np_to_triton_dtype
    return np_to_triton_dtype(array.dtype)
