import { compare } from './compare.ts';
import type { CaseResult, ParityCase, SkipRule } from './parity-types.ts';

/** Compares one case, with what the rules leave out left out. */
export async function runCase(
  area: string,
  file: string,
  item: ParityCase,
  rules: readonly SkipRule[],
): Promise<CaseResult> {
  const result = (outcome: CaseResult['outcome'], reason = ''): CaseResult => ({
    area,
    file,
    case: item.name,
    outcome,
    reason,
  });
  const { input, defects, expected } = item;
  const applying = rules.filter((rule) => rule.file === file && rule.applies({ input, defects }));
  const whole = applying.find(({ fields }) => !fields);
  if (whole) return result('SKIP', `${whole.quirk}: ${whole.why}`);
  const ruleOf = (pointer: string) =>
    applying.find(({ fields }) => fields?.some((pattern) => covers(pattern, pointer)));
  try {
    const { tolerance = {} } = item;
    const { compared, differences, leftOut } = compare(
      expected,
      await item.actual(),
      typeof tolerance === 'function' ? tolerance : () => tolerance,
      (pointer) => ruleOf(pointer) !== undefined,
    );
    if (differences.length > 0) {
      const more = differences.length > 3 ? `; and ${differences.length - 3} more` : '';
      return result('FAIL', `${differences.slice(0, 3).join('; ')}${more}`);
    }
    const notes = [...new Set(leftOut.map((pointer) => ruleOf(pointer)))].map(
      (rule) => `${rule?.quirk} leaves out ${rule?.fields?.join(', ')}: ${rule?.why}`,
    );
    // Only the containers around what was left out were looked at.
    const isEmpty = notes.length > 0 && compared <= containers(leftOut);
    return result(isEmpty ? 'SKIP' : 'PASS', notes.join('; '));
  } catch (error) {
    return result('FAIL', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

/** `/preview/*` covers `/preview/0` and everything below it. */
function covers(pattern: string, pointer: string): boolean {
  const wanted = pattern.split('/');
  const given = pointer.split('/');
  return (
    wanted.length === given.length && wanted.every((step, index) => step === '*' || step === given[index])
  );
}

/** How many objects and lists stand above these pointers. */
function containers(pointers: readonly string[]): number {
  const above = new Set<string>();
  for (const pointer of pointers) {
    for (let cut = pointer.lastIndexOf('/'); cut >= 0; cut = pointer.lastIndexOf('/', cut - 1)) {
      above.add(pointer.slice(0, cut));
      if (cut === 0) break;
    }
  }
  return above.size;
}
