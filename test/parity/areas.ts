import { evaluationFiles } from './evaluation/files.ts';
import { evidenceFiles } from './evidence/files.ts';
import { guardFiles } from './guards/files.ts';
import type { ParityFile, SkipRule } from './parity-types.ts';
import { evaluationSkips } from './skips-evaluation.ts';
import { evidenceSkips } from './skips-evidence.ts';
import { guardSkips } from './skips-guards.ts';

export const areaNames = ['evaluation', 'guards', 'evidence'] as const;
export type AreaName = (typeof areaNames)[number];

/** What each area's folder may hold, by the file's name without its extension, and where we differ. */
export const areas: Readonly<
  Record<
    AreaName,
    { readonly files: Readonly<Record<string, ParityFile>>; readonly skips: readonly SkipRule[] }
  >
> = {
  evaluation: { files: evaluationFiles, skips: evaluationSkips },
  guards: { files: guardFiles, skips: guardSkips },
  evidence: { files: evidenceFiles, skips: evidenceSkips },
};
