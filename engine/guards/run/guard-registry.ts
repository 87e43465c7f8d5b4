import { invariantsGuard } from '../invariants/run-invariants.ts';
import { rmtGuard } from '../rmt/run-rmt.ts';
import { spectralGuard } from '../spectral/run-spectral.ts';
import { varianceGuard } from '../variance/run-variance.ts';
import type { Guard, GuardName } from './guard.ts';

/** The guards that a run has, by name. */
const guards: Partial<Record<GuardName, Guard>> = {
  invariants: invariantsGuard,
  spectral: spectralGuard,
  rmt: rmtGuard,
  variance: varianceGuard,
};

export function guardNamed(name: string): Guard | undefined {
  return Object.hasOwn(guards, name) ? guards[name as GuardName] : undefined;
}
