import unittest

import numpy as np
import tritonclient.http as triton

import support
from http_contract import HttpContract


class TritonHttpTest(HttpContract, unittest.TestCase):

    spare = "spare_http"

    def setUp(self):
        self.client = triton.InferenceServerClient(support.HTTP, concurrency=4)
        self.addCleanup(self.client.close)

    def test_asynchronous_calls(self):
        calls = []
        for i in range(20):
            x = np.full([1, 1], i, dtype=np.float32)
            calls.append((x, self.client.async_infer("identity_fp32_2", [self.input("x", x)], request_id=str(i))))
        for i, (x, call) in enumerate(calls):
            result = call.get_result(timeout=60)
            np.testing.assert_array_equal(result.as_numpy("y"), x)
            self.assertEqual(result.get_response()["id"], str(i))

    def test_body_made_and_read_apart_from_the_client(self):
        x = np.ones([1, 2], dtype=np.float32)
        body, length = triton.InferenceServerClient.generate_request_body([self.input("x", x)])
        response = self.client._post("v2/models/identity_fp32_2/infer", body,
                                     {"Inference-Header-Content-Length": length}, None)
        self.assertEqual(response.status_code, 200)
        result = triton.InferenceServerClient.parse_response_body(
            response.read(), header_length=int(response.get("Inference-Header-Content-Length")))
        np.testing.assert_array_equal(result.as_numpy("y"), x)


support.main()
