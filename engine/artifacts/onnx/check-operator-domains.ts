import path from 'node:path';
import type { Finding } from '../../core/findings.ts';
import type { OnnxGraph, OnnxModel, OnnxNode } from './onnx-model.ts';

/** Operators that ONNX Runtime itself brings: the standard, its machine-learning part, and its own. */
const knownDomains: readonly string[] = ['', 'ai.onnx.ml', 'com.microsoft'];

/**
 * Operators of other domains come from libraries that would have to be loaded into the engine, which never happens; an
 * operator that the model defines itself is a function and needs none.
 */
export function checkOperatorDomains(model: OnnxModel, file: string): Finding[] {
  const functions = new Set(model.functions?.map(({ domain, name }) => `${domain}:${name}`));
  const foreign = new Map<string, string>();
  const look = (node: OnnxNode): void => {
    const domain = node.domain ?? '';
    const name = `${domain}:${node.op}`;
    if (!knownDomains.includes(domain) && !functions.has(name) && !foreign.has(domain))
      foreign.set(domain, node.op);
    for (const attribute of Object.values(node.attributes))
      if (attribute.kind === 'graph') lookInto(attribute.value);
  };
  const lookInto = (graph: Pick<OnnxGraph, 'nodes'>): void => graph.nodes.forEach(look);
  lookInto(model);
  model.functions?.forEach(lookInto);
  return [...foreign].slice(0, 5).map(([domain, op]) => ({
    code: 'M262',
    severity: 'error',
    message: `${path.basename(file)}: the operator ${op} belongs to ${JSON.stringify(domain)}, which needs a library of its own. Libraries are never loaded for a model; export it without that operator.`,
    file,
    actual: domain,
  }));
}
