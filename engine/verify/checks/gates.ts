import type { Finding } from '../../core/findings.ts';
import { listAt, objectAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

/** Flags that record a fact and decide nothing. */
const FACTS: ReadonlySet<string> = new Set(['hysteresis_applied', 'moe_observed', 'moe_identity_ok']);

/** The gate flags of a certificate; flags that record facts are left out. */
export function gateFlags(certificate: unknown): Readonly<Record<string, boolean>> {
  const flags: Record<string, boolean> = {};
  for (const [name, value] of Object.entries(objectAt(certificate, 'validation') ?? {})) {
    if (typeof value === 'boolean' && !FACTS.has(name)) flags[name] = value;
  }
  return flags;
}

/** A certificate with a failed gate is never in order (spec 04 CQ-02; decisions: failing certificate). */
export function checkGates({ certificate }: CheckContext): readonly Finding[] {
  const flags = gateFlags(certificate);
  if (Object.keys(flags).length === 0) {
    return [
      found('V521', '/validation', 'The certificate records no gate, so nothing says that it passed.', {
        severity: 'warning',
      }),
    ];
  }
  return Object.entries(flags)
    .filter(([, passed]) => !passed)
    .map(([name]) =>
      found('V521', `/validation/${name}`, `The gate ${name} failed${because(certificate, name)}.`, {
        expected: true,
        actual: false,
      }),
    );
}

/** The reasons that the certificate records, where it does. */
function because(certificate: unknown, gate: string): string {
  const reasons = listAt(certificate, 'gate_decisions', gate, 'reasons')?.filter(
    (reason) => typeof reason === 'string',
  );
  return reasons && reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
}
