import { parseOnnxModel } from '../../artifacts/onnx/parse-onnx-model.ts';
import { findModules } from '../../graph/instrument/find-modules.ts';
import { ModelEditor } from '../../graph/instrument/model-editor.ts';
import type { ModelGraph } from '../../graph/model-graph.ts';
import { graphOfModel, type ModelSource } from '../../models/model-source.ts';
import { classNames, type ModelWeight } from '../weights/model-weight.ts';
import { modelWeights } from '../weights/model-weights.ts';

/** A module whose output a graph shows. */
export interface GraphModule {
  /** As both models of a comparison name it: with the prefix that some files leave out. */
  readonly name: string;
  /** As the graph names it. */
  readonly path: string;
  /** The name that torch has for its kind; `RMSNorm` is none of torch's layer norms. */
  readonly className: string;
}

/**
 * The modules of a model by the graph that was made of it. A table that two modules share is listed as those two, not a
 * third time by itself (spec 03 §9.2).
 */
export function graphModules(model: ModelSource, graph: ModelGraph): readonly GraphModule[] {
  const owner = new Map([...graph.modules].map(([path, value]) => [value, path]));
  const paths = [...graph.modules].filter(([path, value]) => owner.get(value) === path).map(([path]) => path);
  const describe = model.kind === 'checkpoint' ? fromWeights(modelWeights(model)) : fromGraph(graph);
  return paths.map((path) => ({ path, ...describe(path) }));
}

/** The names of a model's modules that multiply by a matrix, without a graph where the files say them. */
export function productNames(model: ModelSource): readonly string[] {
  if (model.kind === 'checkpoint')
    return modelWeights(model).flatMap(({ module, role }) =>
      role === 'linear' || role === 'conv1d' ? [module] : [],
    );
  const modules = graphModules(model, graphOfModel(model, { maximumRows: 1 }));
  return modules.flatMap(({ name, className }) => (className === 'Linear' ? [name] : []));
}

type Describe = (path: string) => Omit<GraphModule, 'path'>;

function fromWeights(weights: readonly ModelWeight[]): Describe {
  const byPath = new Map(weights.map((weight) => [weight.storage.replace(/\.(weight|gamma)$/u, ''), weight]));
  const keys = new Set(weights.map(({ key }) => key));
  return (path) => {
    const weight = byPath.get(path);
    // Only a table is used under another name than its own.
    if (!weight) return { name: path, className: 'Embedding' };
    const { module: name, role } = weight;
    const isRms = role === 'norm' && !keys.has(`${name}.bias`);
    return { name, className: isRms ? 'RMSNorm' : classNames[role] };
  };
}

const kinds = { linear: 'Linear', embedding: 'Embedding', layernorm: 'LayerNorm', rmsnorm: 'RMSNorm' };

function fromGraph(graph: ModelGraph): Describe {
  const found = findModules(new ModelEditor(parseOnnxModel(graph.model)));
  return (path) => ({ name: path, className: kinds[found.get(path)?.kind ?? 'linear'] });
}
