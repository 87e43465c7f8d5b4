import type { OnnxModel } from '../../artifacts/onnx/onnx-model.ts';
import { decoderPrefix, encoderPrefix } from '../instrument/prefixes.ts';
import { renameGraph } from '../instrument/rename-nodes.ts';

/**
 * Puts a prefix before the inputs, the outputs and the reserved names of a graph, so that it can have the inputs and
 * outputs of every graph here. Names of weights stay as they are, for they tell which module a weight belongs to.
 */
export function withPrefixedEnds(model: OnnxModel, reserved: readonly string[]): OnnxModel {
  const weights = new Set(model.initializers.map(({ name }) => name));
  const names = new Set(reserved);
  for (const { name } of [...model.inputs, ...model.outputs]) if (!weights.has(name)) names.add(name);
  return { ...model, ...renameGraph(model, (name) => (names.has(name) ? decoderPrefix + name : name)) };
}

/**
 * One model of an encoder and a decoder that were exported to two files. All names of the encoder get a prefix, since
 * exporters number values alike in both. A text says why there is none.
 */
export function joinParts(encoder: OnnxModel, decoder: OnnxModel): OnnxModel | string {
  const versions = { ...encoder.domains, '': encoder.opset };
  const others: Record<string, number> = { ...decoder.domains, '': decoder.opset };
  for (const [domain, version] of Object.entries(versions)) {
    const other = others[domain];
    if (other !== undefined && other !== version)
      return `the encoder uses version ${version} of the operators${domain && ` ${domain}`}, the decoder ${other}`;
  }
  if ((encoder.functions?.length ?? 0) > 0)
    return 'the encoder has functions of another version of the operators';
  const first = renameGraph(encoder, (name) => encoderPrefix + name);
  const { '': opset = decoder.opset, ...domains } = { ...versions, ...others };
  return {
    ...decoder,
    opset,
    domains,
    irVersion: Math.max(encoder.irVersion ?? 0, decoder.irVersion ?? 0),
    nodes: [...first.nodes, ...decoder.nodes],
    initializers: [...first.initializers, ...decoder.initializers],
    inputs: [...first.inputs, ...decoder.inputs],
    valueInfos: [...(first.valueInfos ?? []), ...first.outputs, ...(decoder.valueInfos ?? [])],
  };
}
