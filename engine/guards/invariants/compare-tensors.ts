import { compareCodePoints } from '../../core/compare-code-points.ts';
import { canonicalJson } from '../../core/python-json.ts';
import type { InvariantViolation } from './compare-checks.ts';
import type { ModelStructure, StructureTensor } from './model-structure.ts';

/** Tensor by tensor: what the reference's checks cannot see (Q20). */
export function compareTensors(baseline: ModelStructure, subject: ModelStructure): InvariantViolation[] {
  const before = byName(baseline.parameters);
  const after = byName(subject.parameters);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareCodePoints);
  return names.flatMap((name) => compareOne(name, before.get(name), after.get(name)));
}

function compareOne(
  name: string,
  before: StructureTensor | undefined,
  after: StructureTensor | undefined,
): InvariantViolation[] {
  if (!before || !after) {
    const type = after ? 'tensor_added' : 'tensor_missing';
    const message = after ? `${name} is not in the baseline.` : `${name} of the baseline is missing.`;
    // A bias of zeros changes nothing; some quantisers write one.
    const severity = after?.isZero ? 'warning' : 'fatal';
    return [{ type, tensor: name, severity, message }];
  }
  const shapes = { baseline: before.shape, current: after.shape };
  if (canonicalJson(before.shape, 'B') !== canonicalJson(after.shape, 'B')) {
    const message = `${name} has the shape [${after.shape.join(', ')}]; the baseline has [${before.shape.join(', ')}].`;
    return [{ type: 'shape_mismatch', tensor: name, ...shapes, severity: 'fatal', message }];
  }
  if (before.dtype === undefined || after.dtype === undefined || before.dtype === after.dtype) return [];
  const types = { baseline: before.dtype, current: after.dtype };
  const message = `${name} is stored as ${types.current}; the baseline has ${types.baseline}.`;
  return [{ type: 'dtype_mismatch', tensor: name, ...types, severity: 'warning', message }];
}

function byName(tensors: readonly StructureTensor[]): Map<string, StructureTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
