import { createHash } from 'node:crypto';
import type { Finding } from '../../core/findings.ts';
import { isObject, type JsonObject, objectAt, valueAt } from '../../core/json-access.ts';
import { nodeAt, taggedValue } from '../../core/json-node.ts';
import { canonicalJson } from '../../core/python-json.ts';
import { type CheckContext, found } from '../check-context.ts';
import { guardOfGate } from '../guard-of-gate.ts';
import { isOurs } from '../is-ours.ts';

const CONTRACT_GUARDS = ['spectral', 'rmt'] as const;
const GUARDS = ['invariants', ...CONTRACT_GUARDS, 'variance'] as const;

/** Under ci and release every guard ran: a guard that did not run proves nothing (spec 04 CQ-29). */
export function checkGuardsEvaluated({ certificate, strict, profile }: CheckContext): readonly Finding[] {
  if (!strict) return [];
  return GUARDS.filter((guard) => !isEvaluated(certificate, guard)).map((guard) =>
    found('V518', `/${guard}`, `The ${guard} guard was not evaluated, which the ${profile} profile needs.`),
  );
}

/**
 * A flag for a guard that did not run would read as a pass. Ours have none; the reference writes true, which is shown.
 */
export function checkGuardFlags({ certificate }: CheckContext): readonly Finding[] {
  const ours = isOurs(certificate);
  return [...guardOfGate].flatMap(([flag, guard]) => {
    if (valueAt(certificate, 'validation', flag) !== true) return [];
    const evaluated = valueAt(certificate, guard, 'evaluated');
    if (ours ? evaluated === true : evaluated !== false) return [];
    const message = `The flag ${flag} says that a guard passed, but ${guard} was not evaluated.`;
    return [found('V518', `/validation/${flag}`, message, { severity: ours ? 'error' : 'warning' })];
  });
}

/** Guards that ran measured the subject as the baseline was measured (spec 04 §4.1.6). */
export function checkContracts(context: CheckContext): readonly Finding[] {
  if (!context.strict) return [];
  return CONTRACT_GUARDS.filter((guard) => isEvaluated(context.certificate, guard)).flatMap((guard) =>
    contractFindings(context, guard),
  );
}

/** Under release the cost of the guards was measured, or explicitly skipped (spec 04 §4.1.7). */
export function checkOverhead({ certificate, profile }: CheckContext): readonly Finding[] {
  if (profile !== 'release') return [];
  const overhead = objectAt(certificate, 'guard_overhead');
  const at = '/guard_overhead';
  if (!overhead || Object.keys(overhead).length === 0) {
    return [found('V519', at, 'The release profile needs guard_overhead, which is missing.')];
  }
  const mode = typeof overhead.mode === 'string' ? overhead.mode.trim().toLowerCase() : '';
  if (overhead.skipped || mode === 'skipped') return [];
  const findings: Finding[] = [];
  if (overhead.evaluated !== true) {
    findings.push(
      found('V519', `${at}/evaluated`, 'The release profile needs the guard overhead to be evaluated.'),
    );
  }
  if (overhead.overhead_ratio === undefined || overhead.overhead_ratio === null) {
    findings.push(
      found('V519', `${at}/overhead_ratio`, 'The release profile needs guard_overhead.overhead_ratio.'),
    );
  }
  return findings;
}

/** Blocks of the reference say `evaluated` for spectral and rmt only; for the others their presence counts. */
function isEvaluated(certificate: unknown, guard: (typeof GUARDS)[number]): boolean {
  const block = objectAt(certificate, guard);
  if (!block || Object.keys(block).length === 0) return false;
  const evaluated = block.evaluated;
  return evaluated === undefined ? guard === 'invariants' || guard === 'variance' : Boolean(evaluated);
}

function contractFindings(context: CheckContext, guard: (typeof CONTRACT_GUARDS)[number]): Finding[] {
  const { certificate, profile } = context;
  const block = objectAt(certificate, guard) ?? {};
  const at = `/${guard}`;
  const findings: Finding[] = [];
  const digest = contractDigest(context, `${at}/measurement_contract`);
  if (digest === undefined) {
    findings.push(
      found('V517', `${at}/measurement_contract`, `The ${guard} guard has no measurement contract.`),
    );
  }
  findings.push(...hashFindings(block, guard, digest));
  const resolved = contractDigest(context, `/resolved_policy/${guard}/measurement_contract`);
  const resolvedAt = `/resolved_policy/${guard}`;
  if (resolved === undefined) {
    findings.push(found('V517', resolvedAt, `The resolved policy has no measurement contract for ${guard}.`));
  } else if (digest !== undefined && resolved !== digest) {
    findings.push(
      found(
        'V517',
        `${resolvedAt}/measurement_contract`,
        `The ${guard} guard did not measure as the policy says.`,
      ),
    );
  }
  if (block.measurement_contract_match !== true) {
    const message = `The ${guard} measurement must match that of the baseline under ${profile}.`;
    findings.push(
      found('V517', `${at}/measurement_contract_match`, message, {
        expected: true,
        actual: block.measurement_contract_match,
      }),
    );
  }
  return findings;
}

function hashFindings(block: JsonObject, guard: string, digest: string | undefined): Finding[] {
  const pointer = `/${guard}/measurement_contract_hash`;
  const recorded = block.measurement_contract_hash;
  if (typeof recorded !== 'string' || recorded === '') {
    return [found('V517', pointer, `The ${guard} guard has no digest of its measurement contract.`)];
  }
  if (digest === undefined || recorded === digest) return [];
  const message = `The digest of the ${guard} measurement contract does not match the contract.`;
  return [found('E602', pointer, message, { expected: digest, actual: recorded })];
}

/** Form A, SHA-256, 16 hex digits, over the numbers as they are spelled: 4 and 4.0 differ (spec 04 §5.4). */
function contractDigest({ certificate, root }: CheckContext, pointer: string): string | undefined {
  const value = valueAt(certificate, ...pointer.slice(1).split('/'));
  const node = nodeAt(root, pointer);
  if (!node || !isObject(value) || Object.keys(value).length === 0) return undefined;
  return createHash('sha256')
    .update(canonicalJson(taggedValue(node), 'A'))
    .digest('hex')
    .slice(0, 16);
}
