import type { GraphBuilder, Value } from './graph-builder.ts';

/** Activation functions by the names that config.json files use. */
export const activations: Readonly<Record<string, (graph: GraphBuilder, x: Value) => Value>> = {
  gelu: exactGelu,
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  quick_gelu: (graph, x) =>
    graph.multiply(x, graph.apply('Sigmoid', [graph.multiply(x, graph.float(1.702))])),
  relu: (graph, x) => graph.apply('Relu', [x]),
  silu,
  swish: silu,
  tanh: (graph, x) => graph.apply('Tanh', [x]),
};

/** x/2 · (1 + erf(x/√2)). */
function exactGelu(graph: GraphBuilder, x: Value): Value {
  const erf = graph.apply('Erf', [graph.multiply(x, graph.float(Math.SQRT1_2))]);
  return graph.multiply(graph.multiply(x, graph.float(0.5)), graph.add(erf, graph.float(1)));
}

/** x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))), the approximation of Hendrycks and Gimpel (arXiv 1606.08415). */
function tanhGelu(graph: GraphBuilder, x: Value): Value {
  const cube = graph.multiply(graph.multiply(x, x), x);
  const inner = graph.add(x, graph.multiply(cube, graph.float(0.044715)));
  const tanh = graph.apply('Tanh', [graph.multiply(inner, graph.float(Math.sqrt(2 / Math.PI)))]);
  return graph.multiply(graph.multiply(x, graph.float(0.5)), graph.add(tanh, graph.float(1)));
}

function silu(graph: GraphBuilder, x: Value): Value {
  return graph.multiply(x, graph.apply('Sigmoid', [x]));
}
