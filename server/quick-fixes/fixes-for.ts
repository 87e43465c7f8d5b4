import type { DiagnosticCode } from '../../engine/codes/index.ts';
import type { Finding, TextFix } from '../../engine/core/findings.ts';
import { addKey } from './add-key.ts';
import { chooseValue, clampNumber, raiseToFloor, writePlainly } from './correct-value.ts';
import { exchangeBounds, lowerShare } from './exchange-bounds.ts';
import type { FixContext, Fixer } from './fix-context.ts';
import { giveSameValue } from './given-twice.ts';
import { endWithInvariants, removeRepeated } from './guard-order.ts';
import { indentWithSpaces } from './indent-with-spaces.ts';
import { bringMoreWindows } from './more-windows.ts';
import { nameEditOfPlan } from './name-edit.ts';
import { keepAsNote, removeKey, replaceDeprecated } from './remove-key.ts';
import { useLocalData } from './use-local-data.ts';

/** What can be done about each code, the best first. To add a quick fix: a `Fixer`, and its name here. */
const fixers: Partial<Record<DiagnosticCode, readonly Fixer[]>> = {
  C101: [indentWithSpaces],
  C102: [removeKey],
  C106: [writePlainly],
  C110: [keepAsNote, removeKey],
  C112: [chooseValue],
  C113: [clampNumber],
  C114: [replaceDeprecated, removeKey],
  C115: [replaceDeprecated, removeKey],
  C116: [addKey],
  C117: [removeRepeated],
  C119: [removeKey],
  C123: [removeKey, nameEditOfPlan],
  C126: [removeKey, giveSameValue],
  C129: [removeRepeated],
  C130: [endWithInvariants],
  C132: [raiseToFloor],
  C135: [bringMoreWindows],
  C137: [exchangeBounds],
  C138: [lowerShare],
  C140: [useLocalData],
  D004: [raiseToFloor],
  D012: [removeKey],
  D106: [removeKey],
};

/** Codes whose first fix is the one way to repair the file: it may be applied without being looked at. */
const sureCodes: ReadonlySet<DiagnosticCode> = new Set(['C102', 'C116', 'C129', 'C130', 'C137']);

export function isSureFix(finding: Finding, fix: TextFix): boolean {
  return finding.fix === fix || sureCodes.has(finding.code);
}

/** Every edit that repairs a finding: the engine's own first, then those that need the text around it. */
export function fixesFor(context: FixContext): readonly TextFix[] {
  const own = context.finding.fix ? [context.finding.fix] : [];
  return [...own, ...(fixers[context.finding.code] ?? []).flatMap((fixer) => fixer(context))];
}
