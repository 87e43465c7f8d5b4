import { overlayOf } from '../config/profile-overlays.ts';
import type { Finding } from '../core/findings.ts';

/**
 * The exit code of a run that stops before or without evaluating: 3 where ci or release stops it because its evidence would not
 * hold (pairing, coverage, parity), else 2, unusable configuration or input (decisions).
 */
export function stopExitCode(findings: readonly Finding[], profile: string | undefined): 2 | 3 {
  const isStrict = profile !== undefined && overlayOf(profile).enforcesFloors;
  const isTyped = findings.some(({ code, severity }) => severity === 'error' && /^E00\d$/u.test(code));
  return isStrict && isTyped ? 3 : 2;
}
