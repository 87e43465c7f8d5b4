import { listAt } from '../core/json-access.ts';

/** Why a gate failed, as the certificate records it; empty in files of the reference. */
export function recordedReasons(certificate: unknown, gate: string): readonly string[] {
  const reasons = listAt(certificate, 'gate_decisions', gate, 'reasons') ?? [];
  return reasons.filter((reason) => typeof reason === 'string');
}

/**
 * The reasons of the metric gate that a ratio beside its limit does not show: a bound of the interval, too few tokens. A
 * bound says nothing new where the ratio itself lies beyond the limit.
 */
export function reasonsBesideRatio(certificate: unknown): readonly string[] {
  const reasons = recordedReasons(certificate, 'primary_metric_acceptable');
  const ratioFailed = reasons.some(isAboutRatio);
  return reasons.filter((reason) => !isAboutRatio(reason) && !(ratioFailed && isAboutBound(reason)));
}

function isAboutRatio(reason: string): boolean {
  return reason.startsWith('the ratio is ');
}

function isAboutBound(reason: string): boolean {
  return reason.includes(' bound of the interval ');
}
