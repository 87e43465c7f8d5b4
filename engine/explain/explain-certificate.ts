import type { Evidence } from '../certificate/evaluate-evidence.ts';
import { recordedTier } from '../certificate/recorded-policy.ts';
import { numberAt, objectAt, textAt } from '../core/json-access.ts';
import type { Gate, GateName } from '../policy/gates.ts';
import { certificateView, type GateRow } from '../render/certificate-view.ts';
import { recordedEvidence } from '../verify/checks/recorded-evidence.ts';
import { readWindows } from '../verify/checks/recorded-windows.ts';
import { explainAccuracy } from './explain-accuracy.ts';
import { explainDrift } from './explain-drift.ts';
import { explainMetric } from './explain-metric.ts';
import { explainTail } from './explain-tail.ts';
import type { Explanation, GateExplanation } from './explanation.ts';

export interface ExplainOptions {
  /** final ÷ preview of the baseline: tells a drift of the data from a drift of the edit. */
  readonly baselineDrift?: number;
}

/**
 * Says in plain words what each gate saw, what it was compared with, why it decided as it did and what to do (spec 04
 * §4.6). Limits are those of the resolved policy that the certificate records (spec 01 Q-40). Undefined when the
 * certificate does not hold the windows to explain from.
 *
 * @example explainCertificate(certificate)?.gates[0]?.why
 */
export function explainCertificate(
  certificate: unknown,
  options: ExplainOptions = {},
): Explanation | undefined {
  const windows = readWindows(objectAt(certificate, 'evaluation_windows'));
  if (windows.kind !== 'complete') return undefined;
  const evidence = recordedEvidence(certificate, windows);
  if (!evidence) return undefined;
  const gate = (name: GateName) => gateNamed(evidence, name);
  const view = certificateView(certificate);
  return {
    verdict: view.verdict,
    headline: view.headline,
    tier: recordedTier(certificate),
    profile: textAt(certificate, 'meta', 'profile') ?? '',
    dataset: ['provider', 'split'].flatMap((key) => textAt(certificate, 'dataset', key) ?? []).join(', '),
    gates: [
      explainPrimaryMetric(certificate, evidence, gate('primary_metric_acceptable'), windows),
      explainTail(certificate, evidence, gate('primary_metric_tail_acceptable'), windows),
      explainDrift(certificate, gate('preview_final_drift_acceptable'), options.baselineDrift),
      ...view.guards.map(explainGuard),
    ],
  };
}

function explainPrimaryMetric(
  certificate: unknown,
  evidence: Evidence,
  gate: Gate,
  windows: { readonly preview: readonly unknown[]; readonly final: readonly unknown[] },
): GateExplanation {
  if (!evidence.accuracy) return explainMetric(certificate, evidence, gate);
  return explainAccuracy(certificate, evidence, gate, {
    preview: windows.preview.length,
    final: windows.final.length,
    available: numberAt(certificate, 'dataset', 'windows', 'stats', 'examples_available'),
  });
}

/** `pplGates` decides every gate, so that each is there. */
function gateNamed({ gates }: Evidence, name: GateName): Gate {
  const found = gates.find((gate) => gate.name === name);
  return found ?? { name, outcome: 'not_evaluated', measured: null, basis: '', reasons: [] };
}

function explainGuard(row: GateRow): GateExplanation {
  return {
    name: row.name,
    title: row.title,
    status: row.status === 'info' ? 'pass' : row.status,
    value: row.measured,
    threshold: row.threshold,
    source: '',
    why: [row.meaning],
    advice: [],
    measured: null,
    interval: null,
    limit: null,
  };
}
