import type { Finding } from '../../core/findings.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import { type MappingNode, nodeAt, nodeFromValue, withNodeAt } from '../config-node.ts';
import { numberAt } from './raise.ts';

/** Variables that set a bound of a gate (spec 01 §6.1). */
const bounds = [
  ['INVARLOCK_PM_ACCEPTANCE_MIN', 'acceptance_range', 'min'],
  ['INVARLOCK_PM_ACCEPTANCE_MAX', 'acceptance_range', 'max'],
  ['INVARLOCK_PM_DRIFT_MIN', 'drift_band', 'min'],
  ['INVARLOCK_PM_DRIFT_MAX', 'drift_band', 'max'],
] as const;

/** Variables that change which windows there are, under every profile. */
const dataVariables = ['INVARLOCK_DEDUP_TEXTS', 'INVARLOCK_CAPACITY_FAST'] as const;

/**
 * Lays the environment over a configuration. The bounds of gates count under dev only, and every variable that counts is
 * named in `active` for the evidence: in the reference they change any run and leave no trace.
 */
export function applyEnvironment(
  root: MappingNode,
  context: {
    readonly profile: string;
    readonly environment: Environment;
    readonly active: Map<string, string>;
    readonly findings: Finding[];
  },
): MappingNode {
  const { profile, environment, active, findings } = context;
  const ignore = (message: string, actual: string) =>
    findings.push({ code: 'C142', severity: 'warning', message, actual });
  for (const variable of dataVariables) {
    if (isTruthy(environment[variable])) active.set(variable, environment[variable] ?? '');
  }
  let result = root;
  for (const [variable, section, side] of bounds) {
    const text = environment[variable]?.trim() ?? '';
    if (text === '') continue;
    const value = Number(text);
    if (profile !== 'dev') {
      ignore(
        `${variable} is set and does not count under ${profile}: only dev takes bounds from outside.`,
        text,
      );
    } else if (!Number.isFinite(value)) {
      ignore(`${variable} is ${JSON.stringify(text)}, which is not a number, so it does not count.`, text);
    } else {
      active.set(variable, text);
      const node = nodeFromValue(value, { kind: 'environment', label: variable });
      result = withNodeAt(asMapping(result, section), `/primary_metric/${section}/${side}`, node);
    }
  }
  return withBca(withDevice(result, environment, active), environment, active, ignore);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** INVARLOCK_EVAL_DEVICE: where to evaluate, whatever the file and the profile say; `--device` wins over it. */
function withDevice(root: MappingNode, environment: Environment, active: Map<string, string>): MappingNode {
  const variable = 'INVARLOCK_EVAL_DEVICE';
  const text = environment[variable]?.trim() ?? '';
  if (text === '') return root;
  active.set(variable, text);
  return withNodeAt(root, '/model/device', nodeFromValue(text, { kind: 'environment', label: variable }));
}

/** Fewer pairs than that, and the switch does not count (spec 02 §5.4). */
const bcaPairs = 200;

/**
 * INVARLOCK_BOOTSTRAP_BCA: BCa intervals where the configuration asks for another method and there are enough pairs. The
 * method that counts is recorded, so that `verify` computes the same interval.
 */
function withBca(
  root: MappingNode,
  environment: Environment,
  active: Map<string, string>,
  ignore: (message: string, actual: string) => void,
): MappingNode {
  const variable = 'INVARLOCK_BOOTSTRAP_BCA';
  const text = environment[variable] ?? '';
  const pointer = '/eval/bootstrap/method';
  const method = nodeAt(root, pointer)?.node;
  const isBca = method?.kind === 'scalar' && String(method.value).includes('bca');
  if (!isTruthy(text) || isBca) return root;
  const pairs = numberAt(root, '/dataset/final_n') ?? 0;
  if (pairs < bcaPairs) {
    ignore(
      `${variable} is set and does not count: there are ${pairs} pairs of windows, and it takes ${bcaPairs}.`,
      text,
    );
    return root;
  }
  active.set(variable, text);
  const value = 'bca_paired_delta_log';
  return withNodeAt(root, pointer, nodeFromValue(value, { kind: 'environment', label: variable }));
}

/** `[low, high]` as `{min, max}`, so that one side of it can be set. */
function asMapping(root: MappingNode, section: string): MappingNode {
  const pointer = `/primary_metric/${section}`;
  const node = nodeAt(root, pointer)?.node;
  if (node?.kind !== 'sequence') return root;
  const [min, max] = node.items;
  const entries = new Map([
    ...(min ? [['min', { node: min, source: min.source }] as const] : []),
    ...(max ? [['max', { node: max, source: max.source }] as const] : []),
  ]);
  const { source, range } = node;
  return withNodeAt(root, pointer, { kind: 'mapping', source, entries, ...(range && { range }) });
}
