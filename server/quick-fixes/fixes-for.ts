import type { DiagnosticCode } from '../../engine/codes/index.ts';
import type { TextFix } from '../../engine/core/findings.ts';
import { addKey } from './add-key.ts';
import { chooseValue, clampNumber, raiseToFloor, writePlainly } from './correct-value.ts';
import type { FixContext, Fixer } from './fix-context.ts';
import { keepAsNote, removeKey, replaceDeprecated } from './remove-key.ts';

/** What can be done about each code, the best first. To add a quick fix: a `Fixer`, and its name here. */
const fixers: Partial<Record<DiagnosticCode, readonly Fixer[]>> = {
  C102: [removeKey],
  C106: [writePlainly],
  C110: [keepAsNote, removeKey],
  C112: [chooseValue],
  C113: [clampNumber],
  C114: [removeKey],
  C115: [replaceDeprecated, removeKey],
  C116: [addKey],
  C119: [removeKey],
  C132: [raiseToFloor],
};

/** Every edit that repairs a finding: the engine's own first, then those that need the text around it. */
export function fixesFor(context: FixContext): readonly TextFix[] {
  const own = context.finding.fix ? [context.finding.fix] : [];
  return [...own, ...(fixers[context.finding.code] ?? []).flatMap((fixer) => fixer(context))];
}
