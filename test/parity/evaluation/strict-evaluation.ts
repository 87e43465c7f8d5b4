import type { Golden } from '../parity-types.ts';

const TRUE_WORDS = ['1', 'true', 'yes', 'on'];
const FALSE_WORDS = ['0', 'false', 'no', 'off'];

/** Whether an error ends the reference's evaluation (spec 02 §4.5). Ours always does; there is no soft mode (EQ-09). */
export function isStrictEvaluation(context: Golden, env: Golden): boolean {
  const sources = [
    env?.INVARLOCK_EVAL_STRICT,
    context.run?.strict_eval,
    context.eval?.strict_errors,
    context.eval?.strict,
  ];
  for (const source of sources) {
    const word = String(source ?? '')
      .trim()
      .toLowerCase();
    if (TRUE_WORDS.includes(word)) return true;
    if (FALSE_WORDS.includes(word)) return false;
  }
  return true;
}
