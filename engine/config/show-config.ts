import path from 'node:path';
import type { TextRange } from '../core/findings.ts';
import { lineAndColumn } from '../core/line-and-column.ts';
import type { ConfigNode, ConfigSource, MappingNode } from './config-node.ts';
import { plainValue } from './config-node.ts';
import { configSchema } from './config-schema.ts';
import { inYaml } from './describe-schema.ts';

/** A comment never pushes the values apart further than this. */
const widestColumn = 56;

export interface ShowOptions {
  /** Adds where each value comes from, as a comment behind it. */
  readonly origin?: ((node: ConfigNode) => string) | undefined;
}

/**
 * A configuration as YAML that loads to the same values.
 *
 * @example showConfig(config.root, { origin: (node) => originInWords(node, config.texts, '/project') })
 */
export function showConfig(root: MappingNode, { origin }: ShowOptions = {}): string {
  const lines: Line[] = [];
  writeMapping(lines, inOrder(root), '');
  if (!origin) return lines.map(({ text }) => `${text}\n`).join('');
  const widths = lines.filter(({ node }) => node).map(({ text }) => text.length);
  const column = Math.min(widestColumn, Math.max(0, ...widths)) + 2;
  return lines
    .map(({ text, node }) => (node ? `${`${text}  `.padEnd(column)}# ${origin(node)}\n` : `${text}\n`))
    .join('');
}

interface Line {
  readonly text: string;
  /** The node whose origin belongs behind the line; none where a mapping begins. */
  readonly node?: ConfigNode;
}

/** Sections in the order in which the schema explains them: layers meet in no order that a reader expects. */
function inOrder(root: MappingNode): MappingNode {
  const sections = Object.keys(configSchema.properties ?? {});
  const rank = (key: string) => {
    const index = sections.indexOf(key);
    return index < 0 ? sections.length : index;
  };
  return { ...root, entries: new Map([...root.entries].sort(([a], [b]) => rank(a) - rank(b))) };
}

function writeMapping(lines: Line[], mapping: MappingNode, indent: string): void {
  for (const [key, { node }] of mapping.entries)
    write(lines, node, `${indent}${key.startsWith('_') && /^\w+$/.test(key) ? key : inYaml(key)}:`, indent);
}

function write(lines: Line[], node: ConfigNode, head: string, indent: string): void {
  if (node.kind === 'mapping' && node.entries.size > 0) {
    lines.push({ text: head });
    writeMapping(lines, node, `${indent}  `);
  } else if (node.kind === 'sequence' && node.items.some(({ kind }) => kind !== 'scalar')) {
    lines.push({ text: head, node });
    for (const item of node.items) lines.push({ text: `${indent}  - ${flow(item)}`, node: item });
  } else {
    lines.push({ text: `${head} ${flow(node)}`, node });
  }
}

function flow(node: ConfigNode): string {
  return node.kind === 'include' ? `!include ${inYaml(node.target)}` : inYaml(plainValue(node));
}

/** Where a value comes from: `run.yaml:3`, `profile ci`, `tier balanced`, `--device`, `default`. */
export function originInWords(
  { source, range }: Pick<ConfigNode, 'source' | 'range'>,
  texts: ReadonlyMap<string, string>,
  workingFolder: string,
): string {
  const place = placeInWords(source, range, texts, workingFolder);
  switch (source.kind) {
    case 'file':
      return place || 'file';
    case 'include':
      return `${place} (included)`;
    case 'defaults':
      return `${place} (defaults)`;
    case 'profile':
    case 'tier':
      return `${source.kind} ${source.label ?? ''}${place && ` (${place})`}`;
    case 'environment':
      return `environment ${source.label ?? ''}`;
    case 'flag':
      return source.label ?? 'flag';
    case 'default':
      return source.label === undefined ? 'default' : `default: follows ${source.label}`;
  }
}

function placeInWords(
  { file }: ConfigSource,
  range: TextRange | undefined,
  texts: ReadonlyMap<string, string>,
  workingFolder: string,
): string {
  if (file === undefined) return '';
  const relative = path.relative(workingFolder, path.resolve(workingFolder, file));
  const name = relative.startsWith('..') ? file : relative;
  const text = texts.get(file);
  return text === undefined || !range ? name : `${name}:${lineAndColumn(text, range.start).line}`;
}
