"""Exports small seeded models of the usual kinds, as people export them, for the tests of the graph analysis.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python export.py

The weights are random: the graphs are what matters. Each model is run with ONNX Runtime once before it is kept. Pass
names of models as arguments to export only those.
"""
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn

warnings.filterwarnings('ignore')
TARGET = Path(__file__).parent.parent / 'resources/io/modelserving/model/graph/exports'
LIMIT = 200_000
KINDS = {}


def kind(function):
    KINDS[function.__name__.replace('_', '-')] = function
    return function


def torchscript(path, module, arguments, inputs, outputs, axes, opset=17):
    torch.onnx.export(module.eval(), arguments, str(path), input_names=inputs, output_names=outputs, dynamic_axes=axes,
                      opset_version=opset, dynamo=False)


def dynamo(path, module, arguments, inputs, outputs, shapes):
    program = torch.onnx.export(module.eval(), arguments, input_names=inputs, output_names=outputs, dynamic_shapes=shapes,
                                dynamo=True, verbose=False)
    program.save(str(path), external_data=False)


def batch(*names):
    return {name: {0: 'batch'} for name in names}


def tokens(*names):
    return {name: {0: 'batch', 1: 'sequence'} for name in names}


class Outputs(nn.Module):
    """Calls a model of transformers with its inputs in order, and returns some of its outputs."""

    def __init__(self, model, inputs, outputs):
        super().__init__()
        self.model, self.inputs, self.outputs = model, inputs, outputs

    def forward(self, *values):
        result = self.model(**dict(zip(self.inputs, values)))
        return tuple(result[name] for name in self.outputs)


def bert():
    from transformers import BertConfig, BertForSequenceClassification
    config = BertConfig(vocab_size=100, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
                        max_position_embeddings=64, num_labels=3, attn_implementation='eager')
    names = ['input_ids', 'attention_mask', 'token_type_ids']
    ids = torch.tensor([[2, 5, 7, 3], [2, 9, 3, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    return Outputs(BertForSequenceClassification(config), names, ['logits']), (ids, mask, torch.zeros_like(ids)), names


@kind
def bert_classifier(path):
    module, arguments, names = bert()
    torchscript(path, module, arguments, names, ['logits'], tokens(*names) | batch('logits'))


@kind
def bert_classifier_dynamo(path):
    module, arguments, names = bert()
    axes = {0: torch.export.Dim('batch'), 1: torch.export.Dim('sequence', max=64)}
    dynamo(path, module, arguments, names, ['logits'], {'values': (axes, axes, axes)})


@kind
def vit(path):
    from transformers import ViTConfig, ViTForImageClassification
    config = ViTConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, image_size=32,
                       patch_size=8, num_labels=4, attn_implementation='eager')
    module = Outputs(ViTForImageClassification(config), ['pixel_values'], ['logits'])
    torchscript(path, module, (torch.rand(2, 3, 32, 32),), ['pixel_values'], ['logits'], batch('pixel_values', 'logits'))


@kind
def clip_text(path):
    from transformers import CLIPTextConfig, CLIPTextModel
    config = CLIPTextConfig(vocab_size=100, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
                            max_position_embeddings=16, eos_token_id=99, bos_token_id=98, pad_token_id=1,
                            attn_implementation='eager')
    names = ['input_ids', 'attention_mask']
    ids = torch.tensor([[98, 5, 7, 99, 1], [98, 4, 99, 1, 1]])
    module = Outputs(CLIPTextModel(config), names, ['last_hidden_state', 'pooler_output'])
    torchscript(path, module, (ids, (ids != 1).long()), names, ['last_hidden_state', 'pooler_output'],
                tokens(*names, 'last_hidden_state') | batch('pooler_output'))


def convolution(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(convolution(inputs, outputs, stride), nn.Conv2d(outputs, outputs, 3, 1, 1),
                                  nn.BatchNorm2d(outputs))
        self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.body(x) + self.short(x))


def residual_net():
    return nn.Sequential(convolution(3, 8, 2), nn.MaxPool2d(3, 2, 1), Residual(8, 8, 1), Residual(8, 16, 2),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))


@kind
def resnet(path):
    torchscript(path, residual_net(), (torch.rand(2, 3, 32, 32),), ['x'], ['y'],
                {'x': {0: 'batch', 2: 'height', 3: 'width'}, 'y': {0: 'batch'}})


@kind
def resnet_dynamo(path):
    dynamo(path, residual_net(), (torch.rand(2, 3, 32, 32),), ['x'], ['y'], ({0: torch.export.Dim('batch')},))


@kind
def mobilenet(path):
    import torchvision
    module = torchvision.models.mobilenet_v3_small(width_mult=0.15, num_classes=4)
    module.classifier = nn.Sequential(nn.Linear(module.classifier[0].in_features, 4))
    torchscript(path, module, (torch.rand(2, 3, 64, 64),), ['x'], ['y'], batch('x', 'y'))


@kind
def wide(path):
    torchscript(path, nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3), nn.Softmax(1)),
                (torch.rand(2, 10),), ['x'], ['y'], batch('x', 'y'))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.middle = convolution(3, 8), convolution(8, 16), convolution(16, 16)
        self.up2, self.up1 = nn.ConvTranspose2d(16, 16, 2, 2), nn.Upsample(scale_factor=2, mode='bilinear')
        self.right2, self.right1, self.head = convolution(32, 8), convolution(16, 8), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        one = self.down1(x)
        two = self.down2(nn.functional.max_pool2d(one, 2))
        low = self.middle(nn.functional.max_pool2d(two, 2))
        y = self.right2(torch.cat([self.up2(low), two], 1))
        y = self.up1(y)
        y = nn.functional.interpolate(y, size=one.shape[-2:])
        return self.head(self.right1(torch.cat([y, one], 1)))


@kind
def u_net(path):
    axes = {0: 'batch', 2: 'height', 3: 'width'}
    torchscript(path, UNet(), (torch.rand(2, 3, 32, 32),), ['x'], ['mask'], {'x': axes, 'mask': axes})


class Yolo(nn.Module):
    """A one-scale detector that decodes its boxes, as YOLO models do."""

    def __init__(self, classes=3, size=64):
        super().__init__()
        self.classes, self.cells = classes, size // 8
        self.body = nn.Sequential(convolution(3, 8, 2), convolution(8, 8, 2), convolution(8, 16, 2))
        self.head = nn.Conv2d(16, 4 + classes, 1)
        ys, xs = torch.meshgrid(torch.arange(self.cells), torch.arange(self.cells), indexing='ij')
        self.register_buffer('grid', torch.stack([xs, ys], 0).reshape(1, 2, -1).float())

    def forward(self, x):
        y = self.head(self.body(x))
        y = y.view(y.shape[0], 4 + self.classes, -1)
        box, scores = y.split([4, self.classes], 1)
        centre = (box[:, :2].sigmoid() + self.grid) * 8
        return torch.cat([centre, box[:, 2:].exp() * 8, scores.sigmoid()], 1)


@kind
def yolo(path):
    torchscript(path, Yolo(), (torch.rand(2, 3, 64, 64),), ['images'], ['output0'], batch('images', 'output0'))


class YoloWithSuppression(Yolo):
    def forward(self, x):
        import torchvision
        y = super().forward(x)[0].t()
        box, (score, label) = y[:, :4], y[:, 4:].max(1)
        corners = torch.cat([box[:, :2] - box[:, 2:] / 2, box[:, :2] + box[:, 2:] / 2], 1)
        kept = torchvision.ops.nms(corners, score, 0.5)
        return corners[kept], score[kept], label[kept]


@kind
def yolo_nms(path):
    outputs = ['boxes', 'scores', 'labels']
    torchscript(path, YoloWithSuppression(), (torch.rand(1, 3, 64, 64),), ['images'], outputs,
                {'images': {0: 'batch'}} | {name: {0: 'detections'} for name in outputs})


class Recurrent(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.embedding = nn.Embedding(50, 8)
        self.cell, self.head = cell, nn.Linear(16, 3)

    def forward(self, ids):
        return self.head(self.cell(self.embedding(ids))[0][:, -1])


@kind
def lstm(path):
    torchscript(path, Recurrent(nn.LSTM(8, 8, batch_first=True, bidirectional=True)), (torch.randint(0, 50, (2, 6)),), ['ids'],
                ['logits'], tokens('ids') | batch('logits'))


@kind
def gru(path):
    torchscript(path, Recurrent(nn.GRU(8, 16, num_layers=2, batch_first=True)), (torch.randint(0, 50, (2, 6)),), ['ids'],
                ['logits'], tokens('ids') | batch('logits'))


class StatefulLstm(nn.Module):
    """Takes and gives its state, whose second axis is the batch."""

    def __init__(self):
        super().__init__()
        self.cell, self.head = nn.LSTM(8, 16, num_layers=2, batch_first=True), nn.Linear(16, 1)

    def forward(self, x, h, c):
        y, (h, c) = self.cell(x, (h, c))
        return self.head(y[:, -1]).sigmoid(), h, c


@kind
def stateful_lstm(path):
    state = {1: 'batch'}
    torchscript(path, StatefulLstm(), (torch.rand(2, 4, 8), torch.zeros(2, 2, 16), torch.zeros(2, 2, 16)), ['x', 'h', 'c'],
                ['p', 'hn', 'cn'], {'x': {0: 'batch', 1: 'time'}, 'h': state, 'c': state, 'p': {0: 'batch'}, 'hn': state, 'cn': state})


class Crnn(nn.Module):
    def __init__(self, time_major):
        super().__init__()
        self.time_major = time_major
        self.body = nn.Sequential(convolution(1, 8, 2), convolution(8, 16, 2))
        self.cell, self.head = nn.LSTM(16, 8, bidirectional=True), nn.Linear(16, 10)

    def forward(self, x):
        y = self.body(x).mean(2).permute(2, 0, 1)
        y = self.head(self.cell(y)[0])
        return y.log_softmax(2) if self.time_major else y.permute(1, 0, 2).softmax(2)


@kind
def crnn(path):
    torchscript(path, Crnn(False), (torch.rand(2, 1, 32, 64),), ['x'], ['y'], {'x': {0: 'batch', 3: 'width'}, 'y': {0: 'batch', 1: 'time'}})


@kind
def crnn_time_major(path):
    torchscript(path, Crnn(True), (torch.rand(2, 1, 32, 64),), ['x'], ['y'], {'x': {0: 'batch', 3: 'width'}, 'y': {0: 'time', 1: 'batch'}})


def sklearn(path, model, types, **options):
    from skl2onnx import to_onnx
    path.write_bytes(to_onnx(model, initial_types=types, target_opset={'': 17, 'ai.onnx.ml': 3}, **options).SerializeToString())


def flowers():
    from sklearn.datasets import load_iris
    return load_iris(return_X_y=True)


@kind
def random_forest(path):
    from sklearn.ensemble import RandomForestClassifier
    from skl2onnx.common.data_types import FloatTensorType
    model = RandomForestClassifier(5, max_depth=3, random_state=1).fit(*flowers())
    sklearn(path, model, [('x', FloatTensorType([None, 4]))], options={id(model): {'zipmap': False}})


@kind
def random_forest_zipmap(path):
    from sklearn.ensemble import RandomForestClassifier
    from skl2onnx.common.data_types import FloatTensorType
    sklearn(path, RandomForestClassifier(5, max_depth=3, random_state=1).fit(*flowers()), [('x', FloatTensorType([None, 4]))])


@kind
def gradient_boosting(path):
    from lightgbm import LGBMClassifier
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType
    model = LGBMClassifier(n_estimators=4, max_depth=3, random_state=1, verbose=-1).fit(*flowers())
    path.write_bytes(convert_lightgbm(model, initial_types=[('x', FloatTensorType([None, 4]))], target_opset=15,
                                      zipmap=False).SerializeToString())


@kind
def text_pipeline(path):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from skl2onnx.common.data_types import StringTensorType
    texts = ['good film', 'bad film', 'very good', 'very bad', 'good and bad', 'film of the year']
    model = make_pipeline(TfidfVectorizer(lowercase=False), LogisticRegression()).fit(texts, [1, 0, 1, 0, 1, 1])
    sklearn(path, model, [('text', StringTensorType([None, 1]))], options={id(model): {'zipmap': False}})


@kind
def tabular_pipeline(path):
    import pandas
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    frame = pandas.DataFrame({'age': [20.0, 30, 40, 50, 60, 70], 'income': [1.0, 2, 3, 4, 5, 6], 'city': list('abcabc')})
    model = make_pipeline(make_column_transformer((StandardScaler(), ['age', 'income']), (OneHotEncoder(), ['city'])),
                          GradientBoostingRegressor(n_estimators=3, random_state=1)).fit(frame, [1.0, 2, 3, 4, 5, 6])
    sklearn(path, model, [('age', FloatTensorType([None, 1])), ('income', FloatTensorType([None, 1])),
                          ('city', StringTensorType([None, 1]))])


def run(path):
    session = ort.InferenceSession(str(path), providers=['CPUExecutionProvider'])
    values = {}
    for info in session.get_inputs():
        shape = [s if isinstance(s, int) else {'sequence': 4, 'time': 4, 'height': 32, 'width': 64}.get(s, 1) for s in info.shape]
        values[info.name] = {'tensor(int64)': lambda: np.ones(shape, np.int64), 'tensor(float)': lambda: np.random.rand(*shape).astype(np.float32),
                             'tensor(string)': lambda: np.full(shape, 'a')}[info.type]()
    return session.run(None, values)


def main(names):
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, export in KINDS.items():
        if names and name not in names:
            continue
        torch.manual_seed(1)
        np.random.seed(1)
        path = TARGET / f'{name}.onnx'
        export(path)
        model = onnx.load(path)
        model.doc_string = ''
        for node in model.graph.node:
            node.doc_string = ''
            del node.metadata_props[:]
        for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
            del value.metadata_props[:]
        onnx.save(model, path)
        run(path)
        size = path.stat().st_size
        print(f'{name}: {len(model.graph.node)} nodes, {size:,} bytes')
        assert size < LIMIT, f'{name} is too large to be kept: {size}'


if __name__ == '__main__':
    main(sys.argv[1:])
