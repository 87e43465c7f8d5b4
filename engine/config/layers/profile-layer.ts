import type { Finding } from '../../core/findings.ts';
import { type ConfigSource, type MappingNode, nodeAt, nodeFromValue, withNodeAt } from '../config-node.ts';
import { mergeConfig } from '../merge-config.ts';
import { overlayOf } from '../profile-overlays.ts';
import { numberAt } from './raise.ts';

/** Numbers that a profile may raise but never lower (decisions). */
const raisedPointers = ['/dataset/preview_n', '/dataset/final_n', '/eval/bootstrap/replicates'] as const;

/** Variables that change what the packaged `ci` profile brings (spec 01 §6.1). */
const ciCounts = {
  INVARLOCK_CI_PREVIEW: '/dataset/preview_n',
  INVARLOCK_CI_FINAL: '/dataset/final_n',
} as const;

/** A packaged profile as a layer of the configuration. */
export function packagedProfile(
  profile: string,
  environment: Readonly<Record<string, string | undefined>>,
  active: Map<string, string>,
  findings: Finding[],
): MappingNode {
  const source: ConfigSource = { kind: 'profile', label: profile };
  const { device, windowsPerArm, replicates, alpha, method, acceptanceRange, varianceMaxCalib } =
    overlayOf(profile);
  const bootstrap = { replicates, alpha, method };
  const node = nodeFromValue(
    {
      ...(device && { model: { device } }),
      ...(windowsPerArm && { dataset: { preview_n: windowsPerArm, final_n: windowsPerArm } }),
      ...(Object.values(bootstrap).some((value) => value !== undefined) && { eval: { bootstrap } }),
      ...(varianceMaxCalib && { guards: { variance: { max_calib: varianceMaxCalib } } }),
      ...(acceptanceRange && { primary_metric: { acceptance_range: acceptanceRange } }),
    },
    source,
  );
  let root: MappingNode = node.kind === 'mapping' ? node : { kind: 'mapping', source, entries: new Map() };
  if (profile !== 'ci') return root;
  for (const [variable, pointer] of Object.entries(ciCounts)) {
    const text = environment[variable]?.trim() ?? '';
    if (text === '') continue;
    if (!/^\d+$/.test(text)) {
      const message = `${variable} is ${JSON.stringify(text)}, which is not a whole number, so it does not count.`;
      findings.push({ code: 'C142', severity: 'warning', message, actual: text });
      continue;
    }
    active.set(variable, text);
    root = withNodeAt(root, pointer, nodeFromValue(Number(text), { kind: 'environment', label: variable }));
  }
  return root;
}

/** Lays a profile over a configuration. Its counts only ever raise those of the file. */
export function mergeProfile(root: MappingNode, profile: MappingNode): MappingNode {
  const merged = mergeConfig(root, profile);
  if (merged.kind !== 'mapping') return root;
  let result = merged;
  for (const pointer of raisedPointers) {
    const own = nodeAt(root, pointer)?.node;
    const value = numberAt(root, pointer);
    const byProfile = numberAt(profile, pointer);
    if (own && value !== undefined && byProfile !== undefined && value >= byProfile)
      result = withNodeAt(result, pointer, own);
  }
  return result;
}
