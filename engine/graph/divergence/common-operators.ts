import type { OnnxModel } from '../../artifacts/onnx/onnx-model.ts';

/** Standard operators that mean the same in every version from 13 on, in the forms that heads have. */
const unchanged: ReadonlySet<string> = new Set([
  'Add',
  'Cast',
  'Concat',
  'Div',
  'Gather',
  'Gemm',
  'Identity',
  'MatMul',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Reshape',
  'Slice',
  'Squeeze',
  'Sub',
  'Tanh',
  'Transpose',
  'Unsqueeze',
]);

/** The versions of operators under which two graphs can stand in one; a text says why there are none. */
export function commonOperators(
  first: OnnxModel,
  second: OnnxModel,
): Pick<OnnxModel, 'opset' | 'domains'> | string {
  const domains: Record<string, number> = { ...first.domains };
  for (const [domain, version] of Object.entries(second.domains ?? {})) {
    const other = domains[domain];
    if (other !== undefined && other !== version)
      return `their output heads use different versions of the operators ${domain}, ${other} and ${version}`;
    domains[domain] = version;
  }
  const opset = Math.max(first.opset, second.opset);
  if (first.opset === second.opset) return { opset, domains };
  const older = first.opset < second.opset ? first : second;
  const changed = older.nodes.find(({ op, domain }) => domain === undefined && !unchanged.has(op));
  if (older.opset >= 13 && !changed) return { opset, domains };
  return `their output heads use different versions of the operators, ${first.opset} and ${second.opset}`;
}
