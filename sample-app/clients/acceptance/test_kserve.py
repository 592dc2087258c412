import asyncio
import unittest

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

import support


def request(x):
    tensor = InferInput(name="x", shape=list(x.shape), datatype="FP32")
    tensor.set_data_from_numpy(x, binary_data=False)
    return InferRequest(model_name="identity_fp32_2", infer_inputs=[tensor], request_id="seven")


class KServeTest(unittest.TestCase):

    x = np.array([[0.5, -1], [3, 4]], dtype=np.float32)

    def assert_answered(self, response):
        self.assertEqual(response.id, "seven")
        self.assertEqual(response.model_name, "identity_fp32_2")
        self.assertEqual(response.outputs[0].name, "y")
        np.testing.assert_array_equal(response.outputs[0].as_numpy().reshape(self.x.shape), self.x)

    def test_http(self):
        async def call():
            client = InferenceRESTClient(RESTConfig(protocol="v2"))
            self.assertTrue(await client.is_server_live(f"http://{support.HTTP}"))
            self.assertTrue(await client.is_server_ready(f"http://{support.HTTP}"))
            self.assertTrue(await client.is_model_ready(f"http://{support.HTTP}", "identity_fp32_2"))
            return await client.infer(f"http://{support.HTTP}", request(self.x), model_name="identity_fp32_2")

        self.assert_answered(asyncio.run(call()))

    def test_grpc(self):
        async def call():
            client = InferenceGRPCClient(support.GRPC)
            self.assertTrue(await client.is_server_ready())
            self.assertTrue(await client.is_model_ready("identity_fp32_2"))
            return await client.infer(request(self.x))

        self.assert_answered(asyncio.run(call()))


support.main()
