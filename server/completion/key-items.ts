import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type ConfigNode, nodeAt } from '../../engine/config/config-node.ts';
import { acceptedTypes, type Schema } from '../../engine/config/config-schema.ts';
import { describeSchema } from '../../engine/config/describe-schema.ts';
import { jsonPointer } from '../../engine/config/json-pointer.ts';
import { optionsOfProvider } from '../../engine/config/rules/provider-options.ts';
import { possibleKeys } from '../../engine/config/schema-at.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { indentationStep, lineBreakOf } from '../yaml/find-pair.ts';
import type { CursorContext } from './cursor-context.ts';
import { sectionSnippets } from './section-snippets.ts';

/** Keys that fit at the cursor: what exists, is not there yet, and fits its neighbours; deprecated ones last. */
export function keyItems(
  document: TextDocument,
  context: CursorContext,
  schema: Schema,
  root: ConfigNode | undefined,
): CompletionItem[] {
  const node = root && nodeAt(root, jsonPointer(context.path))?.node;
  const range = toLspRange(document, context.word);
  return absentKeys(context, schema, node).map(([key, child], index) => {
    const words = describeSchema(child);
    const isSection = takesKeys(child);
    return {
      label: key,
      kind: isSection ? CompletionItemKind.Module : CompletionItemKind.Property,
      // Beside the label in every row; the details come when a row is looked at.
      ...(words.type !== '' && { labelDetails: { description: words.type } }),
      detail: words.defaultValue === undefined ? words.type : `${words.type} · default ${words.defaultValue}`,
      documentation: {
        kind: MarkupKind.Markdown,
        value: [words.description, ...words.remarks].join('\n\n'),
      },
      ...(child.deprecated && { tags: [CompletionItemTag.Deprecated] }),
      sortText: `${child.deprecated ? '9' : ''}${String(index).padStart(4, '0')}`,
      filterText: key,
      insertTextMode: InsertTextMode.asIs,
      textEdit: { range, newText: keyText(document, context, key, isSection) },
    };
  });
}

/** Whole sections, where a section can start. */
export function sectionItems(
  document: TextDocument,
  context: CursorContext,
  schema: Schema,
  root: ConfigNode | undefined,
): CompletionItem[] {
  if (context.inFlow || context.hasColon || context.path.some((step) => step !== 'defaults')) return [];
  const text = document.getText();
  const node = root && nodeAt(root, jsonPointer(context.path))?.node;
  const absent = new Set(absentKeys(context, schema, node).map(([key]) => key));
  const step = ' '.repeat(indentationStep(text));
  const lineBreak = `${lineBreakOf(text)}${' '.repeat(context.column)}`;
  const range = toLspRange(document, context.word);
  return sectionSnippets
    .filter(({ name }) => absent.has(name))
    .map(({ name, description, body }, index) => {
      const newText = body.map((line) => line.replaceAll('\t', step)).join(lineBreak);
      const preview = newText.replaceAll(/\$\{\d+(?::([^}]*)|\|([^,|]*)[^}]*)\}/g, '$1$2');
      return {
        label: `${name}: …`,
        kind: CompletionItemKind.Snippet,
        detail: 'whole section',
        documentation: {
          kind: MarkupKind.Markdown,
          value: `${description}\n\n\`\`\`yaml\n${preview}\n\`\`\``,
        },
        sortText: `5${String(index).padStart(4, '0')}`,
        filterText: name,
        insertTextFormat: InsertTextFormat.Snippet,
        insertTextMode: InsertTextMode.asIs,
        textEdit: { range, newText },
      };
    });
}

function absentKeys(
  context: CursorContext,
  schema: Schema,
  node: ConfigNode | undefined,
): readonly [string, Schema][] {
  const present = new Set(context.flowKeys);
  const isMapping = node?.kind === 'mapping';
  if (isMapping && (!context.inFlow || context.flowKeys.length === 0))
    for (const key of node.entries.keys()) present.add(key);
  const keys = possibleKeys(schema, node).filter(
    ([key]) => !present.has(key) && fitsProvider(context, node, key),
  );
  const current = keys.filter(([, child]) => !child.deprecated);
  return [...current, ...keys.filter(([, child]) => child.deprecated)];
}

function takesKeys(schema: Schema): boolean {
  return (
    acceptedTypes(schema)?.[0] === 'object' || (schema.type === undefined && schema.properties !== undefined)
  );
}

/** Options beside a provider's name are offered only when that provider takes them. */
function fitsProvider(context: CursorContext, node: ConfigNode | undefined, key: string): boolean {
  if (context.path[context.path.length - 1] !== 'dataset' || node?.kind !== 'mapping') return true;
  const provider = node.entries.get('provider')?.node;
  const options = provider?.kind === 'scalar' ? optionsOfProvider.get(String(provider.value)) : undefined;
  const isOption = [...optionsOfProvider.values()].some((names) => names.includes(key));
  return !options || !isOption || options.includes(key);
}

/** What a key inserts: in block style a section opens the line below, indented as the document does it. */
function keyText(document: TextDocument, context: CursorContext, key: string, isSection: boolean): string {
  if (context.hasColon) return key;
  if (!isSection) return `${key}: `;
  if (context.inFlow) return `${key}: {}`;
  const text = document.getText();
  return `${key}:${lineBreakOf(text)}${' '.repeat(context.column + indentationStep(text))}`;
}
