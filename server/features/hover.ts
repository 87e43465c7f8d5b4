import { type Hover, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import { describeSchema, inYaml, type SchemaWords } from '../../engine/config/describe-schema.ts';
import { appendPointer, pointerInWords, pointerSteps } from '../../engine/config/json-pointer.ts';
import { parseYaml } from '../../engine/config/parse-yaml.ts';
import { schemaAt } from '../../engine/config/schema-at.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import { documentKind } from '../document-kind.ts';
import { toLspRange } from '../to-lsp-range.ts';

/** Meaning, type, default and allowed values of the key or value under the cursor. */
export function hover(document: TextDocument, offset: number): Hover | null {
  const text = document.getText();
  if (documentKind(document.uri, text) !== 'config') return null;
  const root = parseYaml(text, { kind: 'file', file: document.uri }).value;
  const target = root && targetAt(root, offset, '');
  if (!target) return null;
  const schema = schemaAt(root, pointerSteps(target.pointer));
  if (!schema) return null;
  const value = markdown(target.pointer, describeSchema(schema), target.value);
  return { contents: { kind: MarkupKind.Markdown, value }, range: toLspRange(document, target.range) };
}

interface HoverTarget {
  readonly pointer: string;
  readonly range: TextRange;
  /** Set when the cursor is on a scalar value. */
  readonly value?: unknown;
}

function targetAt(node: ConfigNode, offset: number, pointer: string): HoverTarget | undefined {
  if (node.kind === 'mapping') {
    for (const [key, entry] of node.entries) {
      const own = appendPointer(pointer, key);
      if (entry.keyRange && contains(entry.keyRange, offset)) return { pointer: own, range: entry.keyRange };
      const inside = targetAt(entry.node, offset, own);
      if (inside) return inside;
    }
  } else if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      const inside = targetAt(item, offset, appendPointer(pointer, index));
      if (inside) return inside;
    }
  } else if (node.kind === 'scalar' && node.range && contains(node.range, offset)) {
    return { pointer, range: node.range, value: node.value };
  }
  return undefined;
}

function contains(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset < range.end;
}

function markdown(pointer: string, words: SchemaWords, value: unknown): string {
  const parts = [`**${pointerInWords(pointer)}**${words.type === '' ? '' : ` · ${words.type}`}`];
  if (words.description !== '') parts.push(words.description);
  const here = value === undefined ? undefined : words.allowed.find((one) => one.value === inYaml(value));
  if (here && here.description !== '') parts.push(`\`${here.value}\`: ${here.description}`);
  if (words.defaultValue !== undefined) parts.push(`Default: \`${words.defaultValue}\``);
  if (words.allowed.length > 0) {
    const lines = words.allowed.map(
      (one) => `- \`${one.value}\`${one.description === '' ? '' : `: ${one.description}`}`,
    );
    parts.push(`Allowed:\n${lines.join('\n')}`);
  }
  parts.push(...words.remarks.map((remark) => `_${remark}_`));
  return parts.join('\n\n');
}
