import asyncio
import unittest

import numpy as np
import tritonclient.http.aio as triton

import support
from blocking import Blocking
from http_contract import HttpContract


class TritonHttpAioTest(HttpContract, unittest.TestCase):

    spare = "spare_http_aio"

    def setUp(self):
        self.client = Blocking(lambda: triton.InferenceServerClient(support.HTTP))
        self.addCleanup(self.client.end)

    def test_calls_side_by_side(self):
        arrays = [np.full([1, 1], i, dtype=np.float32) for i in range(20)]

        async def all_of_them(client):
            return await asyncio.gather(*(client.infer("identity_fp32_2", [self.input("x", x)]) for x in arrays))

        for x, result in zip(arrays, self.client.run(all_of_them), strict=True):
            np.testing.assert_array_equal(result.as_numpy("y"), x)


support.main()
