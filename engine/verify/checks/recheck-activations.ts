import { recordedTier } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, isObject, listAt, objectAt, valueAt } from '../../core/json-access.ts';
import { rmtBlock } from '../../guards/blocks/rmt-block.ts';
import { contractHash } from '../../guards/common/measurement-contract.ts';
import { sampledOverhead } from '../../guards/overhead/sampled-overhead.ts';
import { rmtFamilies, rmtFamily } from '../../guards/rmt/rmt-families.ts';
import { judgeRmt } from '../../guards/rmt/rmt-guard.ts';
import { type RmtPolicy, rmtPolicy } from '../../guards/rmt/rmt-policy.ts';
import { sampledWindows } from '../../guards/rmt/sample-windows.ts';
import type { RmtScores } from '../../guards/rmt/score-families.ts';
import { type CheckContext, found } from '../check-context.ts';
import { compareAt } from './compare.ts';
import { varianceFindings } from './recheck-variance.ts';
import type { WindowsReading } from './recorded-windows.ts';

type Windows = Pick<Extract<WindowsReading, { kind: 'complete' }>, 'preview' | 'final'>;

const RISKS = 'the edge risks of the modules in the certificate give';

/** What the guards say of activations, again: risks and the sampled windows, the guards' overhead, scales. */
export function activationFindings(context: CheckContext, windows: Windows): readonly Finding[] {
  return [
    ...rmtFindings(context, windows),
    ...overheadFindings(context, windows),
    ...varianceFindings(context),
  ];
}

function rmtFindings(context: CheckContext, windows: Windows): readonly Finding[] {
  const { certificate } = context;
  if (typeof valueAt(certificate, 'rmt', 'passed') !== 'boolean') return [];
  const block = objectAt(certificate, 'rmt') ?? {};
  const families = texts(block.module_family_map);
  const base = numbers(block.edge_risk_by_module_base);
  const current = numbers(block.edge_risk_by_module);
  const { measurement_contract: _, ...settings } = objectAt(certificate, 'resolved_policy', 'rmt') ?? {};
  const policy = rmtPolicy(settings).value;
  if (!families || !base || !current || !policy || Object.keys(base).length === 0) {
    const message = 'The certificate lacks the edge risks of the modules that its rmt guard judged.';
    return [found('E602', '/rmt/edge_risk_by_module', message)];
  }
  const nonFinite = (listAt(block, 'non_finite_modules') ?? []).map(String);
  const judged = judgeRmt({
    baseline: scores(base, families, []),
    subject: scores(current, families, nonFinite),
    policy,
    isRequired: true,
  });
  const entry = { metrics: { ...judged.metrics }, policy: { ...policy }, violations: judged.violations };
  const expected = rmtBlock({ tier: recordedTier(certificate), entry });
  return [
    ...compareAt(context, '/rmt/passed', judged.passed, RISKS),
    ...compareAt(context, '/rmt/violations', judged.violations, RISKS),
    ...recomputed.flatMap((key) => compareAt(context, `/rmt/${key}`, expected[key], RISKS)),
    ...familyFindings(families),
    ...sampleFindings(context, policy, windows),
  ];
}

const recomputed = [
  ...['stable', 'status', 'epsilon_default', 'epsilon_by_family', 'epsilon_violations', 'families'],
  ...['edge_risk_by_family_base', 'edge_risk_by_family', 'policy'],
  ...['max_edge_ratio', 'max_edge_delta', 'mean_edge_delta'],
];

function scores(
  byModule: Readonly<Record<string, number>>,
  families: Readonly<Record<string, string>>,
  nonFinite: readonly string[],
): RmtScores {
  const byFamily: Record<string, number> =
    Object.keys(byModule).length === 0 ? {} : Object.fromEntries(rmtFamilies.map((family) => [family, 0]));
  for (const [module, risk] of Object.entries(byModule)) {
    const family = families[module] ?? 'other';
    byFamily[family] = Math.max(byFamily[family] ?? 0, risk);
  }
  return { byModule, byFamily, nonFinite };
}

/** A module in another family would be judged by another's largest risk; its name, and at most its class, decide. */
function familyFindings(families: Readonly<Record<string, string>>): readonly Finding[] {
  return Object.entries(families).flatMap(([module, family]) => {
    const possible = ['Linear', 'LayerNorm', 'Embedding'].map((className) => rmtFamily(module, className));
    if (possible.some((one) => one === family)) return [];
    const message = `The family of ${module} is ${family}, but its name gives ${[...new Set(possible)].join(' or ')}.`;
    return [found('E602', '/rmt/module_family_map', message, { expected: possible[0], actual: family })];
  });
}

/** Which windows are looked at follows from the policy; none may have been chosen for its result. */
function sampleFindings(
  context: CheckContext,
  { sampling }: RmtPolicy,
  { preview, final }: Windows,
): readonly Finding[] {
  const all = [...preview, ...final];
  const ids = sampledWindows(all.length, sampling).map((index) => all[index]?.id);
  const { digest: _, ...lists } = objectAt(context.certificate, 'rmt', 'sampled_windows') ?? {};
  return [
    ...compareAt(context, '/rmt/sampled_windows/window_ids', ids),
    ...compareAt(context, '/rmt/sampled_windows/digest', contractHash(lists), 'the sampled windows give'),
  ];
}

function overheadFindings(context: CheckContext, { preview, final }: Windows): readonly Finding[] {
  const block = objectAt(context.certificate, 'guard_overhead');
  if (typeof valueAt(block, 'passed') !== 'boolean') return [];
  const windowIds = listAt(block, 'windows', 'window_ids') ?? [];
  const guardedLosses = listAt(block, 'windows', 'logloss') ?? [];
  const bare = [...preview, ...final].map(({ id, loss, weight }) => ({ id: Number(id), loss, weight }));
  const source = typeof block?.source === 'string' ? block.source : '';
  const expected = sampledOverhead({ source, bare, windowIds, guardedLosses });
  return compareAt(context, '/guard_overhead', expected);
}

function numbers(value: unknown): Record<string, number> | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, number] =>
    isFiniteNumber(entry[1]),
  );
  return Object.fromEntries(entries);
}

function texts(value: unknown): Record<string, string> | undefined {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]))
    : undefined;
}
