import type { WeightFacts } from '../../artifacts/quantization/model-weights.ts';
import { type Finding, hasErrors } from '../../core/findings.ts';
import { type ExpectedTensor, expectedTensors } from '../expected-tensors.ts';
import type { ArchitecturePlan, ModelConfig } from './architecture.ts';
import { architectureOf, architectures } from './index.ts';

/** Everything that keeps a checkpoint from being evaluated: architecture, options, tensors. */
export function checkArchitecture(
  modelType: string,
  config: ModelConfig,
  tensors: ReadonlyMap<string, WeightFacts>,
): Finding[] {
  const architecture = architectureOf(modelType);
  const supported = architectures.map((row) => row.modelType).join(', ');
  if (!architecture) {
    const message = `Models of type ${JSON.stringify(modelType)} cannot be evaluated in this version. Supported: ${supported}.`;
    return [{ code: 'M203', severity: 'error', message, pointer: '/model_type', actual: modelType }];
  }
  const classes = Array.isArray(config.architectures) ? config.architectures : [];
  const foreign = classes.find((name) => !architecture.classes.includes(name));
  if (foreign !== undefined) {
    const message = `${JSON.stringify(foreign)} models cannot be evaluated in this version. Supported for ${modelType}: ${architecture.classes.join(', ')}.`;
    return [{ code: 'M203', severity: 'error', message, pointer: '/architectures', actual: foreign }];
  }
  const plan = architecture.plan(config, tensors);
  if (!plan.value) return [...plan.findings];
  const findings = [...plan.findings, ...plan.value.remarks, ...checkTensors(plan.value, tensors)];
  return hasErrors(findings) ? findings.filter((finding) => finding.severity === 'error') : findings;
}

const readableDtypes: readonly string[] = ['F32', 'F16', 'BF16', 'F64'];

function checkTensors(plan: ArchitecturePlan, tensors: ReadonlyMap<string, WeightFacts>): Finding[] {
  const missing: string[] = [];
  const shapes: string[] = [];
  const types: string[] = [];
  const unrounded: string[] = [];
  const expectedNames = new Set<string>();
  for (const expected of expectedTensors(plan)) {
    expectedNames.add(expected.name);
    const tensor = tensors.get(expected.name);
    if (!tensor) missing.push(expected.name);
    else if (shapeFor(tensor, expected).join() !== expected.shape.join()) {
      shapes.push(
        `${expected.name} is [${shapeFor(tensor, expected).join(', ')}] instead of [${expected.shape.join(', ')}]`,
      );
    } else if (tensor.packed?.inputRounding && !expected.product) unrounded.push(expected.name);
    else if (!readableDtypes.includes(tensor.dtype)) types.push(`${expected.name} is ${tensor.dtype}`);
  }
  const extra = [...tensors.keys()].filter((name) => !expectedNames.has(name) && !plan.isIgnored(name));

  const findings: Finding[] = [];
  const report = (
    code: Finding['code'],
    names: readonly string[],
    sentence: (list: string) => string,
  ): void => {
    if (names.length > 0)
      findings.push({ code, severity: 'error', message: sentence(someOf(names)), actual: names.length });
  };
  report(
    'M209',
    missing,
    (list) =>
      `The weights lack ${list}. config.json and the weights do not belong together, or a file is incomplete.`,
  );
  report(
    'M210',
    extra,
    (list) =>
      `The weights have tensors that this architecture does not use: ${list}. They would be ignored, so the model is refused.`,
  );
  report('M211', shapes, (list) => `Shapes differ from what config.json implies: ${list}.`);
  report(
    'M212',
    types,
    (list) => `Element types that cannot be evaluated: ${list}. Supported: ${readableDtypes.join(', ')}.`,
  );
  report(
    'M280',
    unrounded,
    (list) =>
      `Input rounding (LLM.int8) is supported for the layers of a model, not for ${list}. Leave it in plain precision when you quantize.`,
  );
  return findings;
}

/** Packed matrices know their inputs from their outputs, so they fit whichever of the two a layer stores first. */
function shapeFor(weight: WeightFacts, { product }: ExpectedTensor): readonly number[] {
  return weight.packed && product?.isInputFirst ? weight.shape.toReversed() : weight.shape;
}

/** A few of many names: a wrong config.json makes all of them wrong. */
function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
