import asyncio
import unittest

import numpy as np
import tritonclient.grpc.aio as triton

import support
from blocking import Blocking
from grpc_contract import GrpcContract


class TritonGrpcAioTest(GrpcContract, unittest.TestCase):

    spare = "spare_grpc_aio"

    def setUp(self):
        self.client = Blocking(lambda: triton.InferenceServerClient(support.GRPC))
        self.addCleanup(self.client.end)

    def test_calls_side_by_side(self):
        arrays = [np.full([1, 1], i, dtype=np.float32) for i in range(20)]

        async def all_of_them(client):
            return await asyncio.gather(*(client.infer("identity_fp32_2", [self.input("x", x)]) for x in arrays))

        for x, result in zip(arrays, self.client.run(all_of_them), strict=True):
            np.testing.assert_array_equal(result.as_numpy("y"), x)

    def test_cancelled_call(self):
        x = np.zeros([1, 1], dtype=np.float32)

        async def cancelled(client):
            call = asyncio.create_task(client.infer("slow", [self.input("x", x)]))
            await client.is_server_live()  # so that the call is on its way
            call.cancel()
            await call

        with self.assertRaises(asyncio.CancelledError):
            self.client.run(cancelled)

    def test_cancelled_stream(self):
        x = np.zeros([1, 1], dtype=np.float32)

        async def cancelled(client):
            async def requests():
                yield {"model_name": "slow", "inputs": [self.input("x", x)]}

            answers = client.stream_infer(requests())
            await client.is_server_live()
            self.assertTrue(answers.cancel())
            return [answer async for answer in answers]

        with self.assertRaises(asyncio.CancelledError):
            self.client.run(cancelled)

    def test_stream(self):
        arrays = {str(i): np.full([1, 1], i, dtype=np.float32) for i in range(20)}

        async def streamed(client):
            async def requests():
                for key, x in arrays.items():
                    yield {"model_name": "identity_fp32_2", "inputs": [self.input("x", x)], "request_id": key}

            return [answer async for answer in client.stream_infer(requests())]

        for result, error in self.client.run(streamed):
            self.assertIsNone(error)
            np.testing.assert_array_equal(result.as_numpy("y"), arrays.pop(result.get_response().id))
        self.assertFalse(arrays)


support.main()
