import { onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { parseOnnxModel } from '../../artifacts/onnx/parse-onnx-model.ts';
import { writeOnnxModel } from '../../artifacts/onnx/write-onnx-model.ts';
import type { ModelGraph } from '../model-graph.ts';
import { ModelEditor } from './model-editor.ts';

/**
 * What is measured of the activations that a module gives, as one number. `edge_risk` is the lower estimate of the
 * largest singular value of the standardised activations that a few power iterations from ones give, over √m + √n
 * (spec 03 §4.3); it is not a number where an activation is not finite.
 */
export type ProbeStatistic = 'edge_risk' | 'absolute_max' | 'mean_square' | 'non_finite_count';

export interface ActivationProbes {
  /** Names of modules, as in `ModelGraph.modules`. */
  readonly modules: readonly string[];
  readonly statistics: readonly ProbeStatistic[];
  /** Power iterations of the edge risk; 3 by default. */
  readonly iterations?: number;
}

export interface ProbedGraph {
  readonly graph: ModelGraph;
  /** Modules that the graph does not have, or whose output a fused operator hides. */
  readonly unavailable: readonly string[];
}

/** The output that a probe gives, a float32 without dimensions. */
export function probeName(statistic: ProbeStatistic, module: string): string {
  return `probe/${statistic}/${module}`;
}

/**
 * Adds measurements of activations to a graph, built or imported. Activations stay inside; numbers come out, and only
 * those that a run asks for are computed.
 *
 * @example const { graph } = addActivationProbes(model, { modules: [...model.modules.keys()], statistics: ['edge_risk'] })
 */
export function addActivationProbes(graph: ModelGraph, probes: ActivationProbes): ProbedGraph {
  const editor = new ModelEditor(parseOnnxModel(graph.model));
  const unavailable: string[] = [];
  const outputs = [...graph.outputs];
  for (const module of probes.modules) {
    const value = graph.modules.get(module);
    if (value === undefined || !editor.producerOf(value)) {
      unavailable.push(module);
      continue;
    }
    const rows = asRows(editor, value);
    for (const statistic of probes.statistics) {
      const name = probeName(statistic, module);
      const measured = measurements[statistic](editor, rows, probes.iterations ?? 3);
      editor.addOutput(editor.reshape(measured, []), { name, type: 'F32', shape: [] });
      outputs.push(name);
    }
  }
  return { graph: { ...graph, model: writeOnnxModel(editor.finish()), outputs }, unavailable };
}

/** [m, n], n being the last dimension. */
function asRows(editor: ModelEditor, value: string): string {
  const floats = editor.cast(value, 'F32', onnxTypes.F32);
  return editor.addNode('Flatten', [floats], { attributes: { axis: { kind: 'int', value: -1 } } });
}

type Measure = (editor: ModelEditor, rows: string, iterations: number) => string;

const measurements: Readonly<Record<ProbeStatistic, Measure>> = {
  edge_risk: edgeRisk,
  absolute_max: (editor, rows) => editor.addNode('ReduceMax', [editor.addNode('Abs', [rows])]),
  mean_square: (editor, rows) => editor.addNode('ReduceMean', [editor.addNode('Mul', [rows, rows])]),
  non_finite_count: nonFiniteCount,
};

/** x − x is 0 for every number that is finite, and nothing else is. */
function nonFiniteCount(editor: ModelEditor, rows: string): string {
  const isNot = editor.addNode('IsNaN', [editor.addNode('Sub', [rows, rows])]);
  return editor.addNode('ReduceSum', [editor.cast(isNot, 'F32', onnxTypes.F32)]);
}

const smallest = 1e-12;

/**
 * The activations are centred before their variance is taken: a mean that is large against the spread costs no digits
 * then. Reductions without axes, and ReduceL2, mean the same in every version of the operators.
 */
function edgeRisk(editor: ModelEditor, rows: string, iterations: number): string {
  const centred = editor.addNode('Sub', [rows, editor.addNode('ReduceMean', [rows])]);
  const variance = editor.addNode('ReduceMean', [editor.addNode('Mul', [centred, centred])]);
  const spread = editor.addNode('Sqrt', [atLeast(editor, variance)]);
  const standard = editor.addNode('Div', [centred, spread]);
  const sigma = largestSingularValue(editor, standard, iterations);
  const shape = editor.cast(editor.addNode('Shape', [rows]), 'F32', onnxTypes.F32);
  const edge = editor.addNode('ReduceSum', [editor.addNode('Sqrt', [shape])]);
  const risk = editor.addNode('Div', [editor.reshape(sigma, []), editor.reshape(edge, [])]);
  const isBroken = editor.addNode('Greater', [nonFiniteCount(editor, rows), editor.float(0)]);
  return editor.addNode('Where', [isBroken, editor.float(Number.NaN), risk]);
}

/** Vectors are rows: a product with a column is several times slower. */
function largestSingularValue(editor: ModelEditor, matrix: string, iterations: number): string {
  const width = editor.gatherRows(editor.addNode('Shape', [matrix]), editor.integers([1]));
  const ones = editor.addNode('Expand', [
    editor.float(1),
    editor.addNode('Concat', [editor.integers([1]), width], {
      attributes: { axis: { kind: 'int', value: 0 } },
    }),
  ]);
  let right = normalised(editor, ones).vector;
  let length = '';
  for (let i = 0; i < Math.max(1, iterations); i += 1) {
    const left = normalised(
      editor,
      editor.addNode('Gemm', [right, matrix], { attributes: { transB: { kind: 'int', value: 1 } } }),
    );
    length = left.length;
    if (i + 1 < iterations)
      right = normalised(editor, editor.addNode('MatMul', [left.vector, matrix])).vector;
  }
  return length;
}

function normalised(
  editor: ModelEditor,
  vector: string,
): { readonly vector: string; readonly length: string } {
  const length = atLeast(editor, editor.addNode('ReduceL2', [vector]));
  return { vector: editor.addNode('Div', [vector, length]), length };
}

function atLeast(editor: ModelEditor, value: string): string {
  return editor.addNode('Max', [value, editor.float(smallest)]);
}
