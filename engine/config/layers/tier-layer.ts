import { compareCodePoints } from '../../core/compare-code-points.ts';
import { type TierName, type TierPolicy, tierPolicies } from '../../policy/tiers.ts';
import {
  type ConfigNode,
  type ConfigSource,
  type MappingNode,
  nodeAt,
  nodeFromValue,
  plainValue,
  withNodeAt,
  withSource,
} from '../config-node.ts';
import { mergeConfig } from '../merge-config.ts';

/** The policy of a tier: guards as a layer of the configuration, gates as values. */
export interface TierLayer {
  /** `{guards: {spectral, rmt, variance}}`. */
  readonly guards: MappingNode;
  /** The whole policy, with the guards as an effective configuration has them. */
  policyWith(root: MappingNode): TierPolicy;
  /** Names of the values that are not the packaged ones of the tier, sorted. */
  overridesIn(root: MappingNode): readonly string[];
}

const guards = ['spectral', 'rmt', 'variance'] as const;

/**
 * The packaged policy with an entry of a tiers file merged over it (spec 01 §1.7). One source for every reader: the
 * reference honours the file in some modules only.
 */
export function tierLayer(tier: TierName, tiersFile?: MappingNode): TierLayer {
  const source: ConfigSource = { kind: 'tier', label: tier };
  const entry = tiersFile && nodeAt(tiersFile, `/${tier}`)?.node;
  const section = (packaged: unknown, name: string): ConfigNode => {
    const own = nodeFromValue(packaged, source);
    const above = entry && nodeAt(entry, `/${name}`)?.node;
    return above?.kind === 'mapping'
      ? mergeConfig(own, withSource(above, { kind: 'tier', label: tier }))
      : own;
  };
  const policy = tierPolicies[tier];
  let layer: MappingNode = { kind: 'mapping', source, entries: new Map() };
  for (const guard of guards)
    layer = withNodeAt(layer, `/guards/${guard}`, section(policy[guard], `${guard}_guard`));
  const metricsNode = section(policy.metrics, 'metrics');
  const metrics = plainValue(metricsNode) as TierPolicy['metrics'];
  return {
    guards: layer,
    policyWith(root) {
      const [spectral, rmt, variance] = guards.map((guard) => guardPolicy(root, guard));
      const invariants = namedInvariants(root);
      return {
        ...(Object.keys(invariants).length > 0 ? { invariants } : {}),
        metrics,
        spectral: withKappas(spectral ?? {}),
        rmt: rmt ?? {},
        variance: variance ?? {},
      };
    },
    overridesIn(root) {
      const names = namesNotPackaged(metricsNode, 'metrics');
      for (const guard of guards) {
        const node = nodeAt(root, `/guards/${guard}`)?.node;
        if (node) names.push(...namesNotPackaged(node, `guards.${guard}`));
      }
      names.push(...Object.keys(namedInvariants(root)).map((name) => `guards.invariants.${name}`));
      return names.sort(compareCodePoints);
    },
  };
}

/** A packaged value stands in no file; a tiers file, a profile and the configuration do. */
function namesNotPackaged(node: ConfigNode, name: string): string[] {
  if (node.kind === 'mapping')
    return [...node.entries].flatMap(([key, entry]) => namesNotPackaged(entry.node, `${name}.${key}`));
  const isPackaged = node.source.kind === 'tier' && node.source.file === undefined;
  return isPackaged ? [] : [name];
}

function guardPolicy(root: MappingNode, guard: string): Readonly<Record<string, unknown>> {
  const node = nodeAt(root, `/guards/${guard}`)?.node;
  return node?.kind === 'mapping' ? (plainValue(node) as Record<string, unknown>) : {};
}

/** What somebody asks of the invariants; the packaged values are the guard's own. */
function namedInvariants(root: MappingNode): Readonly<Record<string, unknown>> {
  const node = nodeAt(root, '/guards/invariants')?.node;
  if (node?.kind !== 'mapping') return {};
  const named = [...node.entries].filter(([, entry]) => entry.node.source.kind !== 'default');
  return Object.fromEntries(named.map(([name, entry]) => [name, plainValue(entry.node)]));
}

/** A cap may be written as a number; policies hold `{kappa}` (spec 01 §1.7). */
function withKappas(spectral: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const caps = spectral.family_caps;
  if (typeof caps !== 'object' || caps === null) return spectral;
  const normal = Object.entries(caps).map(([family, cap]) => [
    family,
    typeof cap === 'number' ? { kappa: cap } : cap,
  ]);
  return { ...spectral, family_caps: Object.fromEntries(normal) };
}
