import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  InsertTextMode,
  MarkupKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { acceptedTypes, type Schema } from '../../engine/config/config-schema.ts';
import { describeSchema, inYaml } from '../../engine/config/describe-schema.ts';
import { toLspRange } from '../to-lsp-range.ts';
import type { CursorContext } from './cursor-context.ts';

/** Values that the schema names for the place of the cursor, and `own` names that only this machine knows. */
export function valueItems(
  document: TextDocument,
  context: CursorContext,
  schema: Schema,
  own: readonly string[] = [],
): CompletionItem[] {
  const range = toLspRange(document, context.word);
  const space = context.needsSpace ? ' ' : '';
  const ofSchema = valuesOf(schema);
  const others = own.map((text) => ({ text, description: 'From INVARLOCK_CONFIG_ROOT.', isDefault: false }));
  return [...ofSchema, ...others].map(({ text, description, isDefault }, index) => ({
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
