import { overlayOf } from '../config/profile-overlays.ts';
import type { Finding } from '../core/findings.ts';

/**
 * The exit code of a run that stops before or without evaluating: 3 where ci or release stops it because its evidence would not
 * hold (pairing, coverage, parity, guards that are not there), else 2, unusable configuration or input (decisions).
 */
export function stopExitCode(findings: readonly Finding[], profile: string): 2 | 3 {
  const { enforcesFloors: isStrict } = overlayOf(profile);
  const isTyped = findings.some(
    ({ code, severity }) => severity === 'error' && (code === 'U708' || (isStrict && /^E00\d$/u.test(code))),
  );
  return isTyped ? 3 : 2;
}
