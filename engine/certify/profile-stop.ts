import type { Finding } from '../core/findings.ts';

/**
 * The strict profiles promise guards. Until this version has them, a run under ci or release stops with exit code 3
 * instead of certifying less than its name says.
 */
export function profileStop(profile: string): Finding | undefined {
  const label = profile.trim().toLowerCase();
  if (label !== 'ci' && label !== 'release') return undefined;
  return {
    code: 'U708',
    severity: 'error',
    message: `The profile ${label} needs the guards (invariants, spectral, rmt, variance), which are not in this version yet. Use --profile dev.`,
  };
}
