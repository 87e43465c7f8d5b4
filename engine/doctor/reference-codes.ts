import type { Finding } from '../core/findings.ts';

/**
 * Findings for which the doctor of the reference has a code of its own keep that code in its envelope (spec 01 §4.1).
 * The message, the place and the severity are those of the engine, whose code stands in the details.
 */
export function withReferenceCode(finding: Finding): Finding {
  const isProvider = /^\/dataset\/provider(\/kind)?$/u.test(finding.pointer ?? '');
  if (finding.code === 'E308') return renamed(finding, 'D001', 'not_in_this_version');
  if (finding.code === 'C112' && isProvider) return renamed(finding, 'D001', 'unknown');
  if (finding.code === 'T310') return renamed(finding, 'D011', 'data_file_missing');
  if (/^R42[0-2]$/u.test(finding.code)) return renamed(finding, 'D002', 'device');
  return finding;
}

function renamed(finding: Finding, code: 'D001' | 'D002' | 'D011', reason: string): Finding {
  return { ...finding, code, reason, details: { ...finding.details, engine_code: finding.code } };
}
