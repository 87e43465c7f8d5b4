import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { FixContext } from './fix-context.ts';

/**
 * Sets INVARLOCK_ALLOW_NETWORK for what the editor starts. A variable stands in no text, so this needs a client that has
 * the command; others get the message alone.
 */
export function allowNetwork({ finding }: FixContext): CodeAction | undefined {
  if (finding.code !== 'C140') return undefined;
  const title = 'Allow the network for runs from this editor (INVARLOCK_ALLOW_NETWORK)';
  return { title, kind: CodeActionKind.QuickFix, command: { title, command: 'invarlock.allowNetwork' } };
}
