import { onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { parseOnnxModel } from '../../artifacts/onnx/parse-onnx-model.ts';
import { writeOnnxModel } from '../../artifacts/onnx/write-onnx-model.ts';
import type { ModelGraph } from '../model-graph.ts';
import { ModelEditor } from './model-editor.ts';

/**
 * What is measured of the activations that a module gives, as one number. `edge_risk` is the lower estimate of the
 * largest singular value of the standardised activations that a few power iterations give, over √m + √n
 * (spec 03 §4.3); it is not a number where an activation is not finite.
 */
export type ProbeStatistic = 'edge_risk' | 'absolute_max' | 'mean_square' | 'non_finite_count';

export interface ActivationProbes {
  /** Names of modules, as in `ModelGraph.modules`. */
  readonly modules: readonly string[];
  readonly statistics: readonly ProbeStatistic[];
  /** Power iterations of the edge risk; 3 by default. */
  readonly iterations?: number;
  /** What they start from; `ones` by default, `e0` is the first unit vector. */
  readonly start?: 'ones' | 'e0';
  /** Leaves out what only the graph's other outputs need: a run computes everything that a graph has, asked for or not. */
  readonly isAlone?: boolean;
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
 * Adds measurements of activations to a graph, built or imported. Activations stay inside; numbers come out.
 *
 * @example const { graph } = addActivationProbes(model, { modules: [...model.modules.keys()], statistics: ['edge_risk'] })
 */
export function addActivationProbes(graph: ModelGraph, probes: ActivationProbes): ProbedGraph {
  const editor = new ModelEditor(parseOnnxModel(graph.model));
  const unavailable: string[] = [];
  const outputs = probes.isAlone ? [] : [...graph.outputs];
  if (probes.isAlone) editor.setOutputs([]);
  for (const module of probes.modules) {
    const value = graph.modules.get(module);
    if (value === undefined || !editor.producerOf(value)) {
      unavailable.push(module);
      continue;
    }
    const rows = asRows(editor, value);
    for (const statistic of probes.statistics) {
      const name = probeName(statistic, module);
      const measured = measurements[statistic](editor, rows, probes);
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

type PowerIterations = Pick<ActivationProbes, 'iterations' | 'start'>;
type Measure = (editor: ModelEditor, rows: string, power: PowerIterations) => string;

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
 * then. Reductions without axes, and ReduceL2, mean the same in every version of the operators. Few operators are used,
 * because the runtime takes longer to prepare them than to run them.
 */
function edgeRisk(editor: ModelEditor, rows: string, power: PowerIterations): string {
  const centred = editor.addNode('Sub', [rows, editor.addNode('ReduceMean', [rows])]);
  const variance = editor.addNode('ReduceMean', [editor.addNode('Mul', [centred, centred])]);
  const spread = editor.addNode('Sqrt', [atLeast(editor, variance)]);
  const standard = editor.addNode('Div', [centred, spread]);
  const shape = editor.cast(editor.addNode('Shape', [rows]), 'F32', onnxTypes.F32);
  const roots = editor.addNode('Sqrt', [shape]);
  const sigma = largestSingularValue(editor, standard, roots, power);
  const risk = editor.addNode('Div', [sigma, editor.addNode('ReduceSum', [roots])]);
  // 0, or not a number where an activation is not finite.
  const broken = editor.addNode('ReduceSum', [editor.addNode('Sub', [rows, rows])]);
  return editor.addNode('Add', [risk, broken]);
}

/**
 * Power iterations that begin with the product of the matrix and their start: the means of its rows, or its first column.
 * Only directions matter until the last product, so one length per iteration is taken out.
 *
 * The left side of every product is a column that the product itself turns: then the kernel adds up the terms in stretches
 * of 128 whatever the number of threads, as in `stableLinear`. A product with a column on the right is several times slower.
 */
function largestSingularValue(
  editor: ModelEditor,
  matrix: string,
  roots: string,
  { iterations = 3, start = 'ones' }: PowerIterations,
): string {
  let left = start === 'ones' ? editor.reduceRows('ReduceMean', matrix) : firstColumn(editor, matrix);
  for (let i = 1; i < iterations; i += 1) {
    const right = turnedProduct(editor, left, matrix, 0);
    const unit = editor.addNode('Div', [right, lengthOf(editor, right)]);
    left = turnedProduct(editor, editor.reshape(unit, [-1, 1]), matrix, 1);
    if (i + 1 < iterations) left = editor.reshape(left, [-1, 1]);
  }
  if (iterations > 1 || start === 'e0') return lengthOf(editor, left);
  // The start is a unit vector, and √width times the means are the product with it.
  const root = editor.gatherRows(roots, editor.integers([1]));
  return atLeast(editor, editor.addNode('Mul', [editor.addNode('ReduceL2', [left]), root]));
}

function firstColumn(editor: ModelEditor, matrix: string): string {
  return editor.addNode('Gather', [matrix, editor.integers([0])], {
    attributes: { axis: { kind: 'int', value: 1 } },
  });
}

/** The product of a column, turned, with a matrix or its transpose; a row. */
function turnedProduct(editor: ModelEditor, column: string, matrix: string, transB: 0 | 1): string {
  return editor.addNode('Gemm', [column, matrix], {
    attributes: { transA: { kind: 'int', value: 1 }, transB: { kind: 'int', value: transB } },
  });
}

function lengthOf(editor: ModelEditor, vector: string): string {
  return atLeast(editor, editor.addNode('ReduceL2', [vector]));
}

function atLeast(editor: ModelEditor, value: string): string {
  return editor.addNode('Max', [value, editor.float(smallest)]);
}
