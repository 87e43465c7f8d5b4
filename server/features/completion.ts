import { type CompletionItem, CompletionItemKind, InsertTextMode } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { schemaOfKind } from '../../engine/config/check-tree.ts';
import { acceptedTypes, type Schema } from '../../engine/config/config-schema.ts';
import { configFileKind } from '../../engine/config/is-invarlock-config.ts';
import { jsonPointer } from '../../engine/config/json-pointer.ts';
import { mappingForm, schemaAt } from '../../engine/config/schema-at.ts';
import { anchorItems } from '../completion/anchor-items.ts';
import { type CursorContext, cursorContext } from '../completion/cursor-context.ts';
import { keyItems, sectionItems } from '../completion/key-items.ts';
import { pathItems } from '../completion/path-items.ts';
import { valueItems } from '../completion/value-items.ts';
import { documentKind } from '../document-kind.ts';
import { filePath, profilesOfRoot, type ServerServices } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { pathKindAt } from '../yaml/path-values.ts';
import { parseOnce } from '../yaml/read-once.ts';

/** Keys and values that fit at the cursor. `snippets`: the client can visit places in what is inserted. */
export async function complete(
  document: TextDocument,
  offset: number,
  services: ServerServices,
  { snippets = false }: { readonly snippets?: boolean } = {},
): Promise<CompletionItem[]> {
  const text = document.getText();
  if (documentKind(document.uri, text, services.configFolders) !== 'config') return [];
  const context = cursorContext(text, offset);
  if (!context) return [];
  const included = await includeItems(document, offset, context, services);
  if (included) return included;
  // The line of the cursor is left out: it is what most often does not parse.
  const root = parseOnce(context.otherLines, { kind: 'file' }).value;
  const schema = schemaAt(root, context.path, schemaOfKind(configFileKind(document.uri)));
  if (!schema) return [];
  const anchors = anchorItems(document, offset, context);
  if (context.position === 'key' && mappingForm(schema)) {
    const sections = snippets ? sectionItems(document, context, schema, root) : [];
    return [...keyItems(document, context, schema, root), ...sections, ...anchors];
  }
  const pathKind = pathKindAt(jsonPointer(context.path));
  const paths = pathKind ? await pathItems(document, offset, context.word, pathKind, services) : [];
  const own = jsonPointer(context.path) === '/certify/profile' ? await ownProfiles(document, services) : [];
  // Examples are for an empty place; behind a folder only what lies in it fits.
  const hasFolder = text.slice(context.word.start, offset).includes('/');
  const values = paths.length > 0 || hasFolder ? [] : valueItems(document, context, schema, own);
  return [...paths, ...values, ...anchors, ...includeTag(document, context, schema)];
}

/** Profiles of the user's own, beside the packaged ones. */
async function ownProfiles(document: TextDocument, services: ServerServices): Promise<readonly string[]> {
  const file = filePath(document.uri);
  return file === undefined ? [] : profilesOfRoot(file, services);
}

/** Behind `!include ` stand files. */
async function includeItems(
  document: TextDocument,
  offset: number,
  context: CursorContext,
  services: ServerServices,
): Promise<CompletionItem[] | undefined> {
  const word = document.getText().slice(context.word.start, context.word.end);
  const tag = /^!include[ \t]+/.exec(word)?.[0];
  if (tag === undefined || context.word.start + tag.length > offset) return undefined;
  const target = { start: context.word.start + tag.length, end: context.word.end };
  return pathItems(document, offset, target, 'include', services);
}

/** Any value may be included, but only sections and lists are worth a file. */
function includeTag(document: TextDocument, context: CursorContext, schema: Schema): CompletionItem[] {
  const isWorthIt = mappingForm(schema) !== undefined || acceptedTypes(schema)?.includes('array');
  if (context.position !== 'value' || !isWorthIt) return [];
  const space = context.needsSpace ? ' ' : '';
  return [
    {
      label: '!include',
      kind: CompletionItemKind.Keyword,
      detail: 'the content of another file',
      sortText: '9',
      filterText: `${space}!include`,
      insertTextMode: InsertTextMode.asIs,
      textEdit: { range: toLspRange(document, context.word), newText: `${space}!include ` },
    },
  ];
}
