import type { Finding } from '../../core/findings.ts';
import { type MappingNode, nodeAt, nodeFromValue, withNodeAt } from '../config-node.ts';
import type { ProfileName } from '../profile-overlays.ts';

/** Variables that set a bound of a gate (spec 01 §6.1). */
const bounds = [
  ['INVARLOCK_PM_ACCEPTANCE_MIN', 'acceptance_range', 'min'],
  ['INVARLOCK_PM_ACCEPTANCE_MAX', 'acceptance_range', 'max'],
  ['INVARLOCK_PM_DRIFT_MIN', 'drift_band', 'min'],
  ['INVARLOCK_PM_DRIFT_MAX', 'drift_band', 'max'],
] as const;

/**
 * Lays the environment over a configuration. The bounds of gates count under dev only, and every variable that counts is
 * named in `active` for the evidence: in the reference they change any run and leave no trace.
 */
export function applyEnvironment(
  root: MappingNode,
  context: {
    readonly profile: ProfileName;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly active: Map<string, string>;
    readonly findings: Finding[];
  },
): MappingNode {
  const { profile, environment, active, findings } = context;
  const ignore = (message: string, actual: string) =>
    findings.push({ code: 'C142', severity: 'warning', message, actual });
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
  return result;
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
