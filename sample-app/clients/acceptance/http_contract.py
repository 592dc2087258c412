"""What holds for both clients that speak HTTP."""
import numpy as np
import tritonclient.http as triton

from contract import Contract


class HttpContract(Contract):

    module = triton
    as_json = {}
    infer_kinds = [{"binary_data": True}, {"binary_data": False}]
    compressions = [{"request_compression_algorithm": request, "response_compression_algorithm": response}
                    for request in [None, "gzip", "deflate"] for response in [None, "gzip", "deflate"]]

    def input(self, name, array, datatype=None, binary_data=True):
        if datatype == "BF16":
            binary_data = True  # the client writes it in no other way
        if datatype in ("FP16", "FP32", "FP64") and not np.all(np.isfinite(array.astype(np.float64))):
            binary_data = True  # the client's own JSON library refuses to write them
        return super().input(name, array, datatype, binary_data=binary_data)

    def outputs(self, names, kind=None, **more):
        binary = (kind or {}).get("binary_data", True)
        return {"outputs": [self.module.InferRequestedOutput(name, binary_data=binary, **more) for name in names]}

    def response(self, result):
        return result.get_response()

    def config(self, model):
        return self.client.get_model_config(model)

    def test_status_of_errors(self):
        x = np.zeros([1, 1], dtype=np.float32)
        self.assertEqual(self.refused([], self.infer, "nobody", {"x": x}).status(), "404")
        self.assertEqual(self.refused([], self.infer, "identity_fp32_2", {"z": x}).status(), "400")

    def test_binary_is_what_is_asked_for_by_default(self):
        result = self.infer("identity_fp32_2", {"x": np.zeros([1, 1], dtype=np.float32)})
        self.assertEqual(result.get_response()["outputs"][0]["parameters"]["binary_data_size"], 4)
