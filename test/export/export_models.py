"""Writes the trained models of this project as ONNX with torch's own exporter, which traces them.

    python3 export_models.py MODEL_FOLDER OUT_FOLDER

The models are written in plain torch from their definitions; nothing but torch and Python's library is needed. Modules
have the names that the weights have, so the exporter's names are those that people's exports have.
"""

import json
import math
import os
import struct
import sys

import torch
import torch.nn.functional as F
from torch import nn

DTYPES = {"F32": torch.float32}


def read_weights(folder):
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        header.pop("__metadata__", None)
        start = file.tell()
        weights = {}
        for name, facts in header.items():
            begin, end = facts["data_offsets"]
            file.seek(start + begin)
            data = torch.frombuffer(bytearray(file.read(end - begin)), dtype=DTYPES[facts["dtype"]])
            weights[name] = data.reshape(facts["shape"])
    return weights


class Tree(nn.Module):
    """A module for every part of a weight's name; what it computes is given to it afterwards."""

    def child(self, name):
        if name not in self._modules:
            self.add_module(name, Tree())
        return self._modules[name]

    def __getitem__(self, path):
        node = self
        for part in path.split("."):
            node = node._modules[part]
        return node


class Linear(Tree):
    def forward(self, x):
        return F.linear(x, self.weight, getattr(self, "bias", None))


class Conv1D(Tree):
    def forward(self, x):
        size = x.size()[:-1] + (self.weight.size(1),)
        return torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight).view(size)


class Table(Tree):
    def forward(self, ids):
        return F.embedding(ids, self.weight)


class LayerNorm(Tree):
    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.epsilon)


class RmsNorm(Tree):
    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon))


def build(weights, kind_of, epsilon):
    """The tree of modules of some weights; `kind_of` says what the module at a path computes."""
    root = Tree()
    for name, value in weights.items():
        *path, leaf = name.split(".")
        node = root
        for depth, part in enumerate(path):
            if part not in node._modules:
                kind = kind_of(".".join(path)) if depth == len(path) - 1 else Tree
                node.add_module(part, kind())
            node = node._modules[part]
        node.epsilon = epsilon
        node.register_parameter(leaf, nn.Parameter(value, requires_grad=False))
    return root


def repeated(x, times):
    batch, heads, length, size = x.shape
    return x[:, :, None].expand(batch, heads, times, length, size).reshape(batch, heads * times, length, size)


def attend(query, key, value, heads, kv_heads, scale, bias):
    def split(x, count):
        return x.view(x.size(0), x.size(1), count, -1).transpose(1, 2)

    q, k, v = split(query, heads), split(key, kv_heads), split(value, kv_heads)
    if heads != kv_heads:
        k, v = (repeated(x, heads // kv_heads) for x in (k, v))
    weights = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) * scale + bias, dim=-1)
    mixed = torch.matmul(weights, v).transpose(1, 2).contiguous()
    return mixed.view(mixed.size(0), mixed.size(1), -1)


LOWEST = torch.finfo(torch.float32).min


def mask_bias(mask, length, is_causal):
    """0 where a token may look, the lowest float elsewhere, [b, 1, q, k]."""
    seen = mask[:, None, None, :].bool()
    if is_causal:
        places = torch.arange(length, device=mask.device)
        seen = seen & (places[None, :] <= places[:, None])[None, None]
    return (~seen).float() * LOWEST


def gelu_tanh(x):
    return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))


class Gpt2(nn.Module):
    def __init__(self, weights, config):
        super().__init__()

        def kind(path):
            last = path.split(".")[-1]
            return Conv1D if last.startswith("c_") else Table if last in ("wte", "wpe") else LayerNorm

        self.transformer = build(weights, kind, config["layer_norm_epsilon"]).transformer
        self.config = config

    def forward(self, input_ids, attention_mask):
        t, heads = self.transformer, self.config["n_head"]
        width = self.config["n_embd"]
        places = torch.arange(input_ids.size(1), device=input_ids.device)
        x = t["wte"](input_ids) + t["wpe"](places[None, :])
        bias = mask_bias(attention_mask, input_ids.size(1), True)
        for i in range(self.config["n_layer"]):
            block = t["h.%d" % i]
            q, k, v = block["attn.c_attn"](block["ln_1"](x)).split(width, dim=2)
            mixed = attend(q, k, v, heads, heads, (width // heads) ** -0.5, bias)
            x = x + block["attn.c_proj"](mixed)
            x = x + block["mlp.c_proj"](gelu_tanh(block["mlp.c_fc"](block["ln_2"](x))))
        return F.linear(t["ln_f"](x), t["wte"].weight)


class Llama(nn.Module):
    def __init__(self, weights, config):
        super().__init__()

        def kind(path):
            return Table if path.endswith("embed_tokens") else RmsNorm if "norm" in path else Linear

        root = build(weights, kind, config["rms_norm_eps"])
        self.model, self.lm_head = root.model, root.lm_head
        self.config = config
        size = config["head_dim"]
        self.inverse = config["rope_theta"] ** (-torch.arange(0, size, 2).float() / size)

    def rotate(self, x, heads, cos, sin):
        x = x.view(x.size(0), x.size(1), heads, -1)
        first, second = x.chunk(2, dim=-1)
        turned = x * cos + torch.cat((-second, first), dim=-1) * sin
        return turned.flatten(2)

    def forward(self, input_ids, attention_mask):
        m, c = self.model, self.config
        heads, kv_heads = c["num_attention_heads"], c["num_key_value_heads"]
        x = m["embed_tokens"](input_ids)
        bias = mask_bias(attention_mask, input_ids.size(1), True)
        angles = torch.arange(input_ids.size(1), device=input_ids.device).float()[:, None] * self.inverse
        both = torch.cat((angles, angles), dim=-1)[None, :, None, :]
        cos, sin = both.cos(), both.sin()
        for i in range(c["num_hidden_layers"]):
            block = m["layers.%d" % i]
            normed = block["input_layernorm"](x)
            q = self.rotate(block["self_attn.q_proj"](normed), heads, cos, sin)
            k = self.rotate(block["self_attn.k_proj"](normed), kv_heads, cos, sin)
            v = block["self_attn.v_proj"](normed)
            mixed = attend(q, k, v, heads, kv_heads, c["head_dim"] ** -0.5, bias)
            x = x + block["self_attn.o_proj"](mixed)
            normed = block["post_attention_layernorm"](x)
            gate = F.silu(block["mlp.gate_proj"](normed))
            x = x + block["mlp.down_proj"](gate * block["mlp.up_proj"](normed))
        return self.lm_head(m["norm"](x))


class Bert(nn.Module):
    def __init__(self, weights, config):
        super().__init__()

        def kind(path):
            return Table if path.endswith("embeddings") else LayerNorm if path.endswith("LayerNorm") else Linear

        root = build({k: v for k, v in weights.items() if k != "cls.predictions.bias"}, kind, config["layer_norm_eps"])
        self.bert, self.cls = root.bert, root.cls
        self.cls["predictions"].register_parameter("bias", nn.Parameter(weights["cls.predictions.bias"], False))
        self.config = config

    def forward(self, input_ids, attention_mask, token_type_ids):
        e, heads = self.bert["embeddings"], self.config["num_attention_heads"]
        places = torch.arange(input_ids.size(1), device=input_ids.device)[None, :]
        x = e["word_embeddings"](input_ids) + e["position_embeddings"](places)
        x = e["LayerNorm"](x + e["token_type_embeddings"](token_type_ids))
        bias = mask_bias(attention_mask, input_ids.size(1), False)
        scale = (self.config["hidden_size"] // heads) ** -0.5
        for i in range(self.config["num_hidden_layers"]):
            layer = self.bert["encoder.layer.%d" % i]
            parts = (layer["attention.self." + name](x) for name in ("query", "key", "value"))
            mixed = layer["attention.output.dense"](attend(*parts, heads, heads, scale, bias))
            x = layer["attention.output.LayerNorm"](mixed + x)
            inner = layer["output.dense"](F.gelu(layer["intermediate.dense"](x)))
            x = layer["output.LayerNorm"](inner + x)
        head = self.cls["predictions"]
        x = head["transform.LayerNorm"](F.gelu(head["transform.dense"](x)))
        return F.linear(x, e["word_embeddings"].weight) + head.bias


class T5Stack(nn.Module):
    def __init__(self, weights, config, name):
        super().__init__()

        def kind(path):
            return RmsNorm if path.endswith("layer_norm") else Table if path.endswith("_bias") or path == "shared" else Linear

        root = build(weights, kind, config["layer_norm_epsilon"])
        self.shared = root.shared
        self.add_module(name, root[name])
        self.name, self.config = name, config

    def position_bias(self, length):
        """How far keys are from queries, in buckets that grow with the distance: [1, heads, q, k]."""
        c, is_two_way = self.config, self.name == "encoder"
        places = torch.arange(length)
        distance = places[None, :] - places[:, None]
        buckets = c["relative_attention_num_buckets"] // (2 if is_two_way else 1)
        exact = buckets // 2
        first = (distance > 0).long() * buckets if is_two_way else torch.zeros_like(distance)
        far = distance.abs() if is_two_way else (-distance).clamp(min=0)
        ratio = math.log(c["relative_attention_max_distance"] / exact)
        large = exact + (torch.log(far.float().clamp(min=1) / exact) / ratio * (buckets - exact)).long()
        bucket = first + torch.where(far < exact, far, large.clamp(max=buckets - 1))
        table = self._modules[self.name]["block.0.layer.0.SelfAttention.relative_attention_bias"]
        return table(bucket).permute(2, 0, 1)[None]

    def attention(self, module, queries, keys, bias):
        heads = self.config["num_heads"]
        q, k, v = module["q"](queries), module["k"](keys), module["v"](keys)
        return module["o"](attend(q, k, v, heads, heads, 1.0, bias))

    def run(self, ids, mask_of_self, memory=None, memory_bias=None):
        c, stack = self.config, self._modules[self.name]
        layers = c["num_layers"] if memory is None else c["num_decoder_layers"]
        x = self.shared(ids)
        bias = self.position_bias(ids.size(1)) + mask_of_self
        for i in range(layers):
            block = stack["block.%d.layer" % i]
            normed = block["0.layer_norm"](x)
            x = x + self.attention(block["0.SelfAttention"], normed, normed, bias)
            if memory is not None:
                x = x + self.attention(block["1.EncDecAttention"], block["1.layer_norm"](x), memory, memory_bias)
            last = block["1" if memory is None else "2"]
            normed, dense = last["layer_norm"](x), last["DenseReluDense"]
            x = x + dense["wo"](gelu_tanh(dense["wi_0"](normed)) * dense["wi_1"](normed))
        return stack["final_layer_norm"](x)


class T5Encoder(T5Stack):
    def forward(self, input_ids, attention_mask):
        return self.run(input_ids, mask_bias(attention_mask, input_ids.size(1), False))


class T5Decoder(T5Stack):
    def __init__(self, weights, config):
        super().__init__(weights, config, "decoder")
        self.lm_head = build({"lm_head.weight": weights["lm_head.weight"]}, lambda _: Linear, 0).lm_head

    def forward(self, encoder_attention_mask, input_ids, encoder_hidden_states):
        causal = mask_bias(torch.ones_like(input_ids), input_ids.size(1), True)
        seen = mask_bias(encoder_attention_mask, input_ids.size(1), False)
        return self.lm_head(self.run(input_ids, causal, encoder_hidden_states, seen))


def export(model, inputs, output, file):
    batch_first = {0: "batch_size", 1: "sequence_length"}
    axes = {name: batch_first for name in [*inputs, output]}
    if "encoder_hidden_states" in inputs:
        axes.update({name: {0: "batch_size", 1: "encoder_sequence_length"} for name in inputs if name.startswith("encoder_")})
    torch.onnx.export(
        model.eval(),
        tuple(inputs.values()),
        file,
        input_names=list(inputs),
        output_names=[output],
        dynamic_axes=axes,
        opset_version=17,
        do_constant_folding=True,
    )


def main(source, out):
    with open(os.path.join(source, "config.json"), encoding="utf8") as file:
        config = json.load(file)
    weights = read_weights(source)
    os.makedirs(out, exist_ok=True)
    ids = torch.arange(22).view(2, 11)
    mask = torch.ones_like(ids)
    plain = {"input_ids": ids, "attention_mask": mask}
    kind = config["model_type"]
    if kind == "t5":
        encoder = T5Encoder({k: v for k, v in weights.items() if k.startswith(("encoder", "shared"))}, config, "encoder")
        export(encoder, plain, "last_hidden_state", os.path.join(out, "encoder_model.onnx"))
        inputs = {"encoder_attention_mask": mask, "input_ids": ids[:, :7], "encoder_hidden_states": encoder(ids, mask)}
        export(T5Decoder(weights, config), inputs, "logits", os.path.join(out, "decoder_model.onnx"))
    elif kind == "bert":
        inputs = {**plain, "token_type_ids": torch.zeros_like(ids)}
        export(Bert(weights, config), inputs, "logits", os.path.join(out, "model.onnx"))
    else:
        model = {"gpt2": Gpt2, "llama": Llama}[kind](weights, config)
        export(model, plain, "logits", os.path.join(out, "model.onnx"))


if __name__ == "__main__":
    with torch.no_grad():
        main(*sys.argv[1:])
