import type { OnnxInitializer, OnnxModel, OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { readFloats } from '../../artifacts/read-floats.ts';
import { elementCount } from '../../artifacts/tensor-facts.ts';
import type { FileReader } from '../../core/ports.ts';
import { type FoundModule, findModules } from '../../graph/instrument/find-modules.ts';
import { ModelEditor } from '../../graph/instrument/model-editor.ts';
import type { ModelSource } from '../../models/model-source.ts';
import { spectralFamily } from '../spectral/spectral-families.ts';
import { familiesOfGraph } from './graph-families.ts';
import { classNames, type ModelWeight, type WeightRole } from './model-weight.ts';
import {
  blockValues,
  initializerBytes,
  type OnnxStore,
  scaleByName,
  scaledValues,
  scaleOf,
  transposed,
} from './onnx-values.ts';

type OnnxSource = Extract<ModelSource, { kind: 'onnx' }>;

const roles: Readonly<Record<FoundModule['kind'], WeightRole>> = {
  linear: 'linear',
  embedding: 'embedding',
  layernorm: 'norm',
  rmsnorm: 'norm',
};

/**
 * The weights of an exported model by the paths of their modules, matrices of products as [outputs, inputs] (spec 03 §9.3).
 * What quantisers store as whole numbers is read as what it means.
 */
export function onnxWeights({ parts }: OnnxSource): readonly ModelWeight[] {
  const { model, encoder, weightsFolder } = parts;
  const all = [
    ...weightsOf(model, weightsFolder, ''),
    ...(encoder ? weightsOf(encoder, weightsFolder, 'encoder/') : []),
  ];
  // A table that both parts of a model hold is one table.
  return withoutWrapper([...new Map(all.map((weight) => [weight.key, weight])).values()]);
}

/** Exports of a model that another module wraps have its name before every path. */
function withoutWrapper(weights: readonly ModelWeight[]): readonly ModelWeight[] {
  const roots = new Set(weights.map(({ key }) => key.slice(0, key.indexOf('.') + 1)));
  const [wrapper = ''] = roots;
  if (roots.size !== 1 || wrapper === '') return weights;
  const stripped = (name: string): string => name.slice(wrapper.length);
  return weights.map((weight) => ({
    ...weight,
    key: stripped(weight.key),
    module: stripped(weight.module),
    ...(weight.withInputsFirst && {
      withInputsFirst: (isInputFirst: boolean) => ({
        ...(weight.withInputsFirst?.(isInputFirst) ?? weight),
        key: stripped(weight.key),
        module: stripped(weight.module),
      }),
    }),
  }));
}

/** Checkpoints call the table that encoder and decoder share by a name of its own; the encoder's paths begin with it anyway. */
function pathOf(prefix: string, module: string): string {
  if (/^(encoder|decoder)\.embed_tokens$/u.test(module)) return 'shared';
  return module.startsWith('encoder.') ? module : prefix + module;
}

function weightsOf(model: OnnxModel, folder: string, prefix: string): ModelWeight[] {
  const editor = new ModelEditor(model);
  const store: OnnxStore = { editor, folder };
  const modules = [...findModules(editor).values()];
  const families = familiesOfGraph(editor, modules);
  return modules.flatMap((module) => {
    const tensor = editor.initializer(module.weight);
    if (!tensor) return [];
    const role = roles[module.kind];
    const named = spectralFamily(module.name, classNames[role]);
    const family = named === 'other' && role === 'linear' ? families.get(module.name) : undefined;
    const common = {
      key: `${pathOf(prefix, module.name)}.weight`,
      module: pathOf(prefix, module.name),
      role,
      storage: `${prefix}${tensor.name}`,
      ...(family === undefined ? {} : { family }),
    };
    return [weightOf(store, module, tensor, common)];
  });
}

type Common = Pick<ModelWeight, 'key' | 'module' | 'role' | 'storage' | 'family'>;

function weightOf(
  store: OnnxStore,
  module: FoundModule,
  tensor: OnnxInitializer,
  common: Common,
): ModelWeight {
  const { product } = module;
  const isFloat = readFloats(new Uint8Array(), tensor.type) !== undefined;
  if (!product) {
    const read = (files: FileReader) => storedValues(files, store, tensor, undefined);
    return { ...common, shape: tensor.shape, dtype: typeOf(tensor), isPacked: !isFloat, read };
  }
  const { from, to, node, matrix } = product;
  const isBlocks = matrix === undefined;
  const isInputFirst = !isBlocks && storesInputsFirst(node, matrix.isTransposed);
  const oriented = (wantsInputFirst: boolean): ModelWeight => ({
    ...common,
    role: wantsInputFirst ? 'conv1d' : 'linear',
    shape: wantsInputFirst ? [from, to] : [to, from],
    dtype: isBlocks ? undefined : typeOf(tensor),
    isPacked: isBlocks || !isFloat,
    read: async (files) => {
      const values = isBlocks
        ? await blockValues(files, store, node)
        : await storedValues(files, store, tensor, node);
      if (!values || values.length !== from * to || isInputFirst === wantsInputFirst) return values;
      return isInputFirst ? transposed(values, from, to) : transposed(values, to, from);
    },
    withInputsFirst: oriented,
  });
  return oriented(false);
}

function typeOf({ type }: OnnxInitializer): string | undefined {
  return ['F32', 'F16', 'BF16', 'F64'].includes(type) ? type : undefined;
}

/** A product takes [inputs, outputs], unless it says that its weight is transposed, or another node transposes it first. */
function storesInputsFirst(node: OnnxNode, isTransposed: boolean): boolean {
  const { transB } = node.attributes;
  const isSwapped = transB?.kind === 'int' && Number(transB.value) === 1;
  return isSwapped === isTransposed;
}

async function storedValues(
  files: FileReader,
  store: OnnxStore,
  tensor: OnnxInitializer,
  node: OnnxNode | undefined,
): Promise<Float32Array | undefined> {
  const floats = readFloats(await initializerBytes(files, store, tensor), tensor.type);
  if (floats) return floats.length === elementCount(tensor.shape) ? floats : undefined;
  const scale = dequantization(store.editor, tensor, node) ?? scaleByName(store.editor, tensor.name);
  return scale && scaledValues(files, store, tensor, scale);
}

/** The node that turns the stored whole numbers into real ones, between them and their product. */
function dequantization(editor: ModelEditor, { name }: OnnxInitializer, node: OnnxNode | undefined) {
  let names = node?.inputs ?? [];
  for (let step = 0; step < mostSteps && names.length > 0; step += 1) {
    const producers = names.flatMap((input) => editor.producerOf(input) ?? []);
    const found = producers.find(({ op, inputs }) => op === 'DequantizeLinear' && inputs[0] === name);
    if (found) return scaleOf(editor, found);
    names = producers.flatMap(({ op, inputs }) => (op === 'Transpose' || op === 'Cast' ? inputs : []));
  }
  return undefined;
}

const mostSteps = 4;
