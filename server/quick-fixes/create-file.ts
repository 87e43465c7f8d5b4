import path from 'node:path';
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isScalar } from 'yaml';
import { filePath, fileUri } from '../services.ts';
import { writtenAtPointer } from '../yaml/find-pair.ts';
import type { FixContext } from './fix-context.ts';

/** Names of files that may be made empty, by the code that misses them: what `!include` names, and data. */
const creatable: Partial<Record<FixContext['finding']['code'], RegExp>> = {
  C120: /\.(ya?ml|json)$/i,
  T310: /^[^*]+\.(jsonl|json|txt)$/i,
};

/** Creates the missing file, empty. */
export function createFile(document: TextDocument, context: FixContext): CodeAction | undefined {
  const own = filePath(document.uri);
  const written = writtenPath(context);
  if (own === undefined || written === undefined) return undefined;
  if (!creatable[context.finding.code]?.test(written)) return undefined;
  const uri = fileUri(path.resolve(path.dirname(own), written));
  return {
    title: `Create ${written}`,
    kind: CodeActionKind.QuickFix,
    edit: { documentChanges: [{ kind: 'create', uri, options: { ignoreIfExists: true } }] },
  };
}

function writtenPath({ text, document, finding, place }: FixContext): string | undefined {
  // An include has no value of its own in the tree.
  if (finding.code === 'C120') return text.slice(place.start, place.end).replace(/^["']|["']$/g, '');
  if (!finding.message.startsWith('No data file at')) return undefined;
  const node = writtenAtPointer(document, finding.pointer ?? '')?.node;
  return isScalar(node) ? String(node.value) : undefined;
}
