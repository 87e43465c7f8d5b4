import type { Document } from 'yaml';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import type { Schema } from '../../engine/config/config-schema.ts';
import type { Finding, TextFix, TextRange } from '../../engine/core/findings.ts';

/** What a quick fix sees: the text, what the library and we read in it, and the finding that it repairs. */
export interface FixContext {
  readonly text: string;
  readonly document: Document;
  readonly root: ConfigNode | undefined;
  /** Which keys exist in a file of this kind. */
  readonly schema: Schema;
  readonly finding: Finding;
  readonly place: TextRange;
}

/** Edits that repair a finding, the best first. */
export type Fixer = (context: FixContext) => readonly TextFix[];
