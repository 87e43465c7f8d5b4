import path from 'node:path';
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { filePath, fileUri } from '../services.ts';
import type { FixContext } from './fix-context.ts';

/** Creates the file that an `!include` names, empty. */
export function createFile(document: TextDocument, { text, place }: FixContext): CodeAction | undefined {
  const own = filePath(document.uri);
  const written = text.slice(place.start, place.end).replace(/^["']|["']$/g, '');
  if (own === undefined || !/\.(ya?ml|json)$/i.test(written)) return undefined;
  const uri = fileUri(path.resolve(path.dirname(own), written));
  return {
    title: `Create ${written}`,
    kind: CodeActionKind.QuickFix,
    edit: { documentChanges: [{ kind: 'create', uri, options: { ignoreIfExists: true } }] },
  };
}
