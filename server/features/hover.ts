import { type Hover, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { visit } from 'yaml';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import { describeSchema, inYaml, type SchemaWords } from '../../engine/config/describe-schema.ts';
import { pointerInWords, pointerSteps } from '../../engine/config/json-pointer.ts';
import { schemaAt } from '../../engine/config/schema-at.ts';
import type { Analysis } from '../analysis.ts';
import { effectiveValue } from '../hover/effective-value.ts';
import { feedsGate } from '../hover/feeds-gate.ts';
import type { ServerServices } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { mentionsAt } from '../yaml/anchors.ts';
import { parseOnce, readOnce } from '../yaml/read-once.ts';
import { targetAt } from '../yaml/target-at.ts';

/** Meaning, type, default and allowed values of the key or value under the cursor, and what counts in a run. */
export async function hover(
  document: TextDocument,
  offset: number,
  analysis: Analysis,
  services: ServerServices,
): Promise<Hover | null> {
  if (analysis.kind !== 'config') return null;
  const text = document.getText();
  const root = parseOnce(text, { kind: 'file', file: analysis.file }).value;
  if (!root) return null;
  const alias = aliasPreview(document, offset);
  if (alias) return alias;
  const target = targetAt(root, offset);
  if (!target) return null;
  const schema = schemaAt(root, pointerSteps(target.pointer), analysis.schema);
  if (!schema) return null;
  const words = describeSchema(schema);
  const parts = meaning(target.pointer, words, target.onKey ? undefined : target.node);
  const effective = await effectiveValue(document, analysis, target.pointer, target.node, services);
  if (effective !== undefined) parts.push(effective);
  const gate =
    analysis.fileKind === 'tiers' ? undefined : feedsGate(target.pointer.replace(/^\/defaults(?=\/)/, ''));
  if (gate !== undefined) parts.push(`Has a say in ${gate}.`);
  parts.push(...words.remarks.map((remark) => `_${remark}_`));
  const value = parts.join('\n\n');
  return { contents: { kind: MarkupKind.Markdown, value }, range: toLspRange(document, target.range) };
}

/** What an alias stands for, as it is written at its anchor. */
function aliasPreview(document: TextDocument, offset: number): Hover | null {
  const text = document.getText();
  const mentions = mentionsAt(text, offset);
  const alias = mentions.find(
    ({ kind, range }) => kind === 'alias' && range.start - 1 <= offset && offset <= range.end,
  );
  const anchor = mentions.find(({ kind }) => kind === 'anchor');
  const end = anchor && anchoredEnd(text, anchor.range.end);
  if (!alias || !anchor || end === undefined) return null;
  const lines = text
    .slice(anchor.range.end, end)
    .replace(/^[ \t]*\r?\n?/, '')
    .trimEnd()
    .split(/\r?\n/);
  const shownLines = lines.length > 20 ? [...lines.slice(0, 20), '# …'] : lines;
  const line = document.positionAt(anchor.range.start).line + 1;
  const value = `**\\*${alias.name}**, from line ${line}\n\n\`\`\`yaml\n${shownLines.join('\n')}\n\`\`\``;
  const range = { start: alias.range.start - 1, end: alias.range.end };
  return { contents: { kind: MarkupKind.Markdown, value }, range: toLspRange(document, range) };
}

/** Where the value behind an anchor ends. */
function anchoredEnd(text: string, anchorEnd: number): number | undefined {
  const document = readOnce(text).document;
  let end: number | undefined;
  if (!document) return undefined;
  visit(document, {
    Node(_, node) {
      if (!('anchor' in node) || node.anchor === undefined || (node.range?.[0] ?? 0) < anchorEnd)
        return undefined;
      end = node.range?.[1];
      return visit.BREAK;
    },
  });
  return end;
}

function meaning(pointer: string, words: SchemaWords, node: ConfigNode | undefined): string[] {
  const parts = [`**${pointerInWords(pointer)}**${words.type === '' ? '' : ` · ${words.type}`}`];
  if (words.description !== '') parts.push(words.description);
  const value = node?.kind === 'scalar' ? inYaml(node.value) : undefined;
  const here = value === undefined ? undefined : words.allowed.find((one) => one.value === value);
  if (here && here.description !== '') parts.push(`\`${here.value}\`: ${here.description}`);
  if (words.defaultValue !== undefined) parts.push(`Default: \`${words.defaultValue}\``);
  if (words.allowed.length > 0) {
    const lines = words.allowed.map(
      (one) => `- \`${one.value}\`${one.description === '' ? '' : `: ${one.description}`}`,
    );
    parts.push(`Allowed:\n${lines.join('\n')}`);
  }
  return parts;
}
