import { type Hover, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { pointerInWords } from '../../engine/config/json-pointer.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import type { JsonNode } from '../../engine/core/json-node.ts';
import { readJson } from '../../engine/core/json-reader.ts';
import certificateSchema from '../../schemas/certificate.schema.json' with { type: 'json' };
import reportSchema from '../../schemas/report.schema.json' with { type: 'json' };
import type { Analysis } from '../analysis.ts';
import type { DocumentKind } from '../document-kind.ts';
import { toLspRange } from '../to-lsp-range.ts';

/** The part of the certificate's schema that says what a field means. */
export interface FieldSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly patternProperties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: boolean | FieldSchema;
  readonly items?: FieldSchema;
  readonly 'x-volatile'?: boolean;
}

const schemas: Partial<Record<DocumentKind, FieldSchema>> = {
  certificate: certificateSchema as FieldSchema,
  report: reportSchema as FieldSchema,
};

/** What a field of a certificate or of a run report means, on its key and on its value. */
export function certificateHover(
  document: TextDocument,
  offset: number,
  { kind, findings }: Analysis,
): Hover | null {
  const whole = schemas[kind];
  if (!whole) return null;
  const root = readJson(document.getText(), { mode: 'lenient' }).value;
  const target = root && fieldAt(root, whole, offset, '');
  if (!target) return null;
  const { schema, range, pointer } = target;
  const parts = [`**${pointerInWords(pointer)}**${typeInWords(schema)}`];
  if (schema?.description) parts.push(schema.description);
  if (schema?.['x-volatile']) parts.push('_Differs from run to run; equal runs are compared without it._');
  for (const finding of findings) {
    if (finding.pointer === pointer) parts.push(`${finding.code}: ${finding.message}`);
  }
  if (parts.length === 1) return null;
  const value = parts.join('\n\n');
  return { contents: { kind: MarkupKind.Markdown, value }, range: toLspRange(document, range) };
}

interface Field {
  readonly pointer: string;
  readonly range: TextRange;
  readonly schema: FieldSchema | undefined;
}

/** The innermost field with a name; items of a list are explained by their list. */
function fieldAt(
  node: JsonNode,
  schema: FieldSchema | undefined,
  offset: number,
  pointer: string,
): Field | undefined {
  const holds = ({ start, end }: TextRange) => start <= offset && offset < end;
  if (node.kind === 'array') {
    const index = node.items.findIndex((item) => holds(item.range));
    const item = node.items[index];
    return item && fieldAt(item, schema?.items, offset, `${pointer}/${index}`);
  }
  if (node.kind !== 'object') return undefined;
  for (const [key, { keyRange, node: value }] of node.members) {
    const own = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const child = childOf(schema, key);
    if (holds(keyRange)) return { pointer: own, range: keyRange, schema: child };
    if (!holds(value.range)) continue;
    const isScalar = value.kind !== 'object' && value.kind !== 'array';
    return (
      fieldAt(value, child, offset, own) ??
      (isScalar ? { pointer: own, range: value.range, schema: child } : undefined)
    );
  }
  return undefined;
}

function childOf(schema: FieldSchema | undefined, key: string): FieldSchema | undefined {
  const own = schema?.properties;
  if (own && Object.hasOwn(own, key)) return own[key];
  for (const [pattern, child] of Object.entries(schema?.patternProperties ?? {}))
    if (new RegExp(pattern, 'u').test(key)) return child;
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function typeInWords(schema: FieldSchema | undefined): string {
  if (schema?.const !== undefined) return ` · always \`${String(schema.const)}\``;
  if (schema?.enum) return ` · one of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  const types = schema?.type === undefined ? [] : [schema.type].flat();
  return types.length === 0 ? '' : ` · ${types.join(' or ')}`;
}
