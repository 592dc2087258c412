"""What holds for both clients that speak gRPC."""
import numpy as np
import tritonclient.grpc as triton
from google.protobuf.json_format import MessageToDict

from contract import Contract


class GrpcContract(Contract):

    module = triton
    as_json = {"as_json": True}
    compressions = [{"compression_algorithm": algorithm} for algorithm in [None, "gzip", "deflate"]]

    def outputs(self, names, kind=None, **more):
        return {"outputs": [self.module.InferRequestedOutput(name, **more) for name in names]}

    def response(self, result):
        return MessageToDict(result.get_response(), preserving_proto_field_name=True)

    def config(self, model):
        config = self.client.get_model_config(model, as_json=True)["config"]
        return {"max_batch_size": 0} | config

    def test_status_of_errors(self):
        x = np.zeros([1, 1], dtype=np.float32)
        self.assertEqual(self.refused([], self.infer, "nobody", {"x": x}).status(), "StatusCode.NOT_FOUND")
        self.assertEqual(self.refused([], self.infer, "identity_fp32_2", {"z": x}).status(),
                         "StatusCode.INVALID_ARGUMENT")

    def test_time_is_up(self):
        x = np.zeros([1, 1], dtype=np.float32)
        refusal = self.refused([], self.infer, "slow", {"x": x}, client_timeout=0.02)
        self.assertEqual(refusal.status(), "StatusCode.DEADLINE_EXCEEDED")
