import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, isObject, listAt, valueAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

/** The rules that the model's family brings along, each about one value of the certificate (spec 04 §4.1.8). */
export function checkLints({ certificate }: CheckContext): readonly Finding[] {
  const lints = listAt(certificate, 'meta', 'model_profile', 'cert_lints') ?? [];
  return lints.flatMap((lint, index) =>
    lintFindings(certificate, lint, `/meta/model_profile/cert_lints/${index}`),
  );
}

const COMPARISONS: Readonly<
  Record<string, { sign: string; holds: (actual: unknown, expected: unknown) => boolean }>
> = {
  equals: { sign: '=', holds: (actual, expected) => actual === expected },
  gte: {
    sign: '≥',
    holds: (actual, expected) => isFiniteNumber(actual) && isFiniteNumber(expected) && actual >= expected,
  },
  lte: {
    sign: '≤',
    holds: (actual, expected) => isFiniteNumber(actual) && isFiniteNumber(expected) && actual <= expected,
  },
};

function lintFindings(certificate: unknown, lint: unknown, lintAt: string): Finding[] {
  if (!isObject(lint) || typeof lint.type !== 'string' || typeof lint.path !== 'string') return [];
  const comparison = Object.hasOwn(COMPARISONS, lint.type) ? COMPARISONS[lint.type] : undefined;
  if (!comparison) return [];
  const actual = valueAt(certificate, ...lint.path.split('.'));
  if (comparison.holds(actual, lint.value)) return [];
  const lead =
    typeof lint.message === 'string' && lint.message !== ''
      ? lint.message
      : "A rule of the model's family does not hold.";
  const message = `${lead} Expected ${lint.path} ${comparison.sign} ${JSON.stringify(lint.value)}, found ${JSON.stringify(actual) ?? 'nothing'}.`;
  const pointer = actual === undefined ? lintAt : `/${lint.path.replaceAll('.', '/')}`;
  return [found('V516', pointer, message, { expected: lint.value, actual })];
}
