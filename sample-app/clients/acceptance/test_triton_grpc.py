import queue
import unittest

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

import support
from grpc_contract import GrpcContract


class TritonGrpcTest(GrpcContract, unittest.TestCase):

    spare = "spare_grpc"

    def setUp(self):
        self.client = triton.InferenceServerClient(support.GRPC)
        self.addCleanup(self.client.close)
        self.answers = queue.Queue()

    def answered(self, result, error):
        self.answers.put((result, error))

    def test_asynchronous_calls(self):
        arrays = {str(i): np.full([1, 1], i, dtype=np.float32) for i in range(20)}
        for key, x in arrays.items():
            self.client.async_infer("identity_fp32_2", [self.input("x", x)], self.answered, request_id=key)
        for _ in range(len(arrays)):
            result, error = self.answers.get(timeout=60)
            self.assertIsNone(error)
            np.testing.assert_array_equal(result.as_numpy("y"), arrays.pop(result.get_response().id))
        self.assertFalse(arrays)

    def test_cancelled_call(self):
        x = np.zeros([1, 1], dtype=np.float32)
        call = self.client.async_infer("slow", [self.input("x", x)], self.answered)
        call.cancel()
        result, error = self.answers.get(timeout=60)
        self.assertIsNone(result)
        self.assertEqual(error.status(), "StatusCode.CANCELLED")

    def test_cancelled_stream(self):
        x = np.zeros([1, 1], dtype=np.float32)
        self.client.start_stream(self.answered)
        self.client.async_stream_infer("slow", [self.input("x", x)])
        self.client.stop_stream(cancel_requests=True)
        result, error = self.answers.get(timeout=60)
        self.assertIsNone(result)
        self.assertEqual(error.status(), "StatusCode.CANCELLED")

    def test_stream(self):
        self.client.start_stream(self.answered)
        arrays = {str(i): np.full([1, 1], i, dtype=np.float32) for i in range(20)}
        for key, x in arrays.items():
            self.client.async_stream_infer("identity_fp32_2", [self.input("x", x)], request_id=key)
        for _ in range(len(arrays)):
            result, error = self.answers.get(timeout=60)
            self.assertIsNone(error)
            np.testing.assert_array_equal(result.as_numpy("y"), arrays.pop(result.get_response().id))
        self.client.stop_stream()
        self.assertFalse(arrays)

    def story(self, start):
        tensor = triton.InferInput("start", [1], "BYTES")
        tensor.set_data_from_numpy(np.array([start], dtype=np.object_))
        return tensor

    def test_decoupled_model(self):
        self.assertTrue(self.client.get_model_config("story").config.model_transaction_policy.decoupled)
        self.client.start_stream(self.answered)
        self.client.async_stream_infer("story", [self.story("the ")], request_id="a", enable_empty_final_response=True)
        text = ""
        while True:
            result, error = self.answers.get(timeout=60)
            self.assertIsNone(error)
            self.assertEqual(result.get_response().id, "a")
            if result.get_response().parameters["triton_final_response"].bool_param:
                break
            text += result.as_numpy("character")[0].decode()
        self.assertIsNone(result.as_numpy("character"))
        self.assertRegex(text, "^[a-z ]+[.]\n$")
        self.client.async_stream_infer("story", [self.story("")])
        result, error = self.answers.get(timeout=60)
        self.assertIn("start has 0 characters", error.message())
        self.client.async_stream_infer("story", [self.story("a")])
        self.assertIsNone(self.answers.get(timeout=60)[1])
        self.client.stop_stream(cancel_requests=True)

    def test_decoupled_model_without_a_stream(self):
        with self.assertRaises(InferenceServerException) as raised:
            self.client.infer("story", [self.story("the ")])
        self.assertEqual(raised.exception.status(), "StatusCode.UNIMPLEMENTED")
        self.assertIn("decoupled", raised.exception.message())

    def test_sequences_in_a_stream(self):
        self.client.start_stream(self.answered)
        for number in range(1, 11):
            for sequence in ["stream-a", "stream-b"]:
                x = np.full([1, 1], number if sequence == "stream-a" else 100 * number, dtype=np.float32)
                self.client.async_stream_infer("counter", [self.input("x", x)], request_id=f"{sequence} {number}",
                                               sequence_id=sequence, sequence_start=number == 1,
                                               sequence_end=number == 10)
        for _ in range(20):
            result, error = self.answers.get(timeout=60)
            self.assertIsNone(error)
            sequence, number = result.get_response().id.split()
            total = sum(range(int(number) + 1))
            self.assertEqual(result.as_numpy("y")[0, 0], total if sequence == "stream-a" else 100 * total)
        self.client.stop_stream()

    def test_stream_goes_on_after_an_error(self):
        x = np.zeros([1, 1], dtype=np.float32)
        self.client.start_stream(self.answered)
        self.client.async_stream_infer("nobody", [self.input("x", x)])
        result, error = self.answers.get(timeout=60)
        self.assertIsInstance(error, InferenceServerException)
        self.assertIn("nobody", error.message())
        self.client.async_stream_infer("identity_fp32_2", [self.input("x", x)])
        result, error = self.answers.get(timeout=60)
        self.assertIsNone(error)
        self.client.stop_stream()

    def test_last_response_of_a_stream_is_marked_when_asked(self):
        x = np.zeros([1, 1], dtype=np.float32)
        self.client.start_stream(self.answered)
        self.client.async_stream_infer("identity_fp32_2", [self.input("x", x)], enable_empty_final_response=True)
        result, error = self.answers.get(timeout=60)
        self.assertIsNone(error)
        self.assertTrue(result.get_response().parameters["triton_final_response"].bool_param)
        self.client.stop_stream()


support.main()
