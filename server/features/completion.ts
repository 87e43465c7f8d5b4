import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  InsertTextMode,
  MarkupKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import { nodeAt } from '../../engine/config/config-node.ts';
import { acceptedTypes, type Schema } from '../../engine/config/config-schema.ts';
import { describeSchema, inYaml } from '../../engine/config/describe-schema.ts';
import { jsonPointer } from '../../engine/config/json-pointer.ts';
import { parseYaml } from '../../engine/config/parse-yaml.ts';
import { optionsOfProvider } from '../../engine/config/rules/provider-options.ts';
import { mappingForm, possibleKeys, schemaAt } from '../../engine/config/schema-at.ts';
import { type CursorContext, cursorContext } from '../completion/cursor-context.ts';
import { documentKind } from '../document-kind.ts';
import { toLspRange } from '../to-lsp-range.ts';

/** Keys and values that fit at the cursor. */
export function complete(document: TextDocument, offset: number): CompletionItem[] {
  const text = document.getText();
  if (documentKind(document.uri, text) !== 'config') return [];
  const context = cursorContext(text, offset);
  if (!context) return [];
  // The line of the cursor is left out: it is what most often does not parse.
  const root = parseYaml(context.otherLines, { kind: 'file' }).value;
  const schema = schemaAt(root, context.path);
  if (!schema) return [];
  if (context.position === 'key' && mappingForm(schema)) return keyItems(document, context, schema, root);
  return valueItems(document, context, schema);
}

function keyItems(
  document: TextDocument,
  context: CursorContext,
  schema: Schema,
  root: ConfigNode | undefined,
): CompletionItem[] {
  const node = root && nodeAt(root, jsonPointer(context.path))?.node;
  const present = new Set(context.flowKeys);
  if (node?.kind === 'mapping' && !context.inFlow) for (const key of node.entries.keys()) present.add(key);
  const range = toLspRange(document, context.word);
  return possibleKeys(schema, node)
    .filter(([key, child]) => !present.has(key) && !child.deprecated && fitsProvider(context, node, key))
    .map(([key, child], index) => {
      const words = describeSchema(child);
      const isSection =
        acceptedTypes(child)?.[0] === 'object' || (child.type === undefined && child.properties);
      return {
        label: key,
        kind: isSection ? CompletionItemKind.Module : CompletionItemKind.Property,
        detail:
          words.defaultValue === undefined ? words.type : `${words.type} · default ${words.defaultValue}`,
        documentation: {
          kind: MarkupKind.Markdown,
          value: [words.description, ...words.remarks].join('\n\n'),
        },
        sortText: String(index).padStart(4, '0'),
        filterText: key,
        insertTextMode: InsertTextMode.asIs,
        textEdit: { range, newText: keyText(document, context, key, Boolean(isSection)) },
      };
    });
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
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  return `${key}:${newLine}${' '.repeat(context.column + indentationStep(text))}`;
}

function indentationStep(text: string): number {
  for (const line of text.split(/\r?\n/)) {
    const spaces = /^( +)[^\s#-]/.exec(line)?.[1];
    if (spaces) return spaces.length;
  }
  return 2;
}

function valueItems(document: TextDocument, context: CursorContext, schema: Schema): CompletionItem[] {
  const range = toLspRange(document, context.word);
  const space = context.needsSpace ? ' ' : '';
  return valuesOf(schema).map(({ text, description, isDefault }, index) => ({
    label: text,
    kind: CompletionItemKind.Value,
    ...(isDefault && { detail: 'default' }),
    ...(description !== '' && { documentation: { kind: MarkupKind.Markdown, value: description } }),
    ...(schema.deprecated && { tags: [CompletionItemTag.Deprecated] }),
    sortText: String(index).padStart(4, '0'),
    filterText: `${space}${text}`,
    insertTextMode: InsertTextMode.asIs,
    textEdit: { range, newText: `${space}${text}` },
  }));
}

interface PossibleValue {
  readonly text: string;
  readonly description: string;
  readonly isDefault: boolean;
}

/** Listed names, the values of alternatives, booleans; else the default and the examples. */
function valuesOf(schema: Schema): PossibleValue[] {
  const words = describeSchema(schema);
  const values = new Map<string, string>();
  for (const { value, description } of words.allowed) values.set(value, description);
  if (acceptedTypes(schema)?.includes('boolean'))
    for (const value of ['true', 'false']) values.set(value, '');
  if (values.size === 0) {
    const suggestions = [
      ...(schema.default === undefined ? [] : [schema.default]),
      ...(schema.examples ?? []),
    ];
    const lines = suggestions.filter((value) => !isMapping(value));
    for (const value of lines) values.set(inYaml(value), '');
  }
  return [...values].map(([text, description]) => ({
    text,
    description,
    isDefault: text === words.defaultValue,
  }));
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
