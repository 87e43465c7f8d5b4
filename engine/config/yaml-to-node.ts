import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Checked, Finding, TextRange } from '../core/findings.ts';
import type { ConfigNode, ConfigSource, MappingEntry, ScalarNode } from './config-node.ts';
import { yamlLimits } from './yaml-limits.ts';

/** Converts the parser's tree into ours: aliases and merge keys expanded, duplicate keys and strange tags reported. */
export function yamlToNode(contents: unknown, source: ConfigSource): Checked<ConfigNode> {
  const state: State = {
    source,
    findings: [],
    anchors: new Map(),
    expanding: 0,
    nodes: 0,
    aliases: 0,
    stopped: false,
  };
  const value = convert(state, contents, 0, []);
  return { value: state.stopped ? undefined : value, findings: state.findings };
}

interface State {
  readonly source: ConfigSource;
  /** Filled in document order, so that an alias sees the latest anchor before it. */
  readonly anchors: Map<string, unknown>;
  /** Above 0 inside an alias, where anchors were already seen. */
  expanding: number;
  readonly findings: Finding[];
  nodes: number;
  aliases: number;
  /** Set when a limit was hit: what follows is not converted, and the limit is reported once. */
  stopped: boolean;
}

function convert(state: State, node: unknown, depth: number, open: readonly unknown[]): ConfigNode {
  const range = rangeOf(node);
  const place = range ? { source: state.source, range } : { source: state.source };
  const empty: ScalarNode = { kind: 'scalar', value: null, ...place };
  state.nodes += 1;
  if (state.nodes > yamlLimits.nodes) return stop(state, empty, `more than ${yamlLimits.nodes} values`);
  if (depth > yamlLimits.depth) return stop(state, empty, `more than ${yamlLimits.depth} levels`);
  if (isAlias(node)) {
    state.aliases += 1;
    if (state.aliases > yamlLimits.aliases)
      return stop(state, empty, `more than ${yamlLimits.aliases} aliases`);
    const target = state.anchors.get(node.source);
    if (!target) {
      report(state, 'C101', `There is no anchor &${node.source} before this alias.`, range);
      return empty;
    }
    if (open.includes(target)) {
      report(state, 'C101', `The alias *${node.source} stands inside the value that it repeats.`, range);
      return empty;
    }
    // The alias is where this value is written; its inner values stay where the anchor is.
    state.expanding += 1;
    const value = convert(state, target, depth + 1, open);
    state.expanding -= 1;
    return { ...value, ...place };
  }
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined && state.expanding === 0) {
    state.anchors.set(node.anchor, node);
  }
  if (isScalar(node)) return scalar(state, node, place);
  if (isSeq(node)) {
    checkTag(state, node);
    const items: ConfigNode[] = [];
    for (const item of node.items) {
      if (state.stopped) break;
      items.push(convert(state, isPair(item) ? item.value : item, depth + 1, [...open, node]));
    }
    return { kind: 'sequence', items, ...place };
  }
  if (isMap(node)) {
    checkTag(state, node);
    return { kind: 'mapping', entries: entriesOf(state, node, depth, [...open, node]), ...place };
  }
  return empty;
}

function entriesOf(
  state: State,
  map: YAMLMap,
  depth: number,
  open: readonly unknown[],
): Map<string, MappingEntry> {
  const own = new Map<string, MappingEntry>();
  const merged = new Map<string, MappingEntry>();
  for (const pair of map.items) {
    if (state.stopped) break;
    const keyRange = rangeOf(pair.key);
    if (!isScalar(pair.key)) {
      report(state, 'C101', 'A key must be a plain word, not a list or a mapping.', keyRange);
      continue;
    }
    if (isMergeKey(pair.key)) {
      // Explicit keys win over merged ones, and earlier merged mappings over later ones (YAML merge key type).
      for (const [key, entry] of mergedEntries(state, pair.value, depth, open)) {
        if (!merged.has(key)) merged.set(key, entry);
      }
      continue;
    }
    // An alias may repeat a key as well as a value.
    if (pair.key.anchor !== undefined && state.expanding === 0) state.anchors.set(pair.key.anchor, pair.key);
    const key = pair.key.value === null ? (pair.key.source ?? '') : String(pair.key.value);
    if (own.has(key)) {
      report(state, 'C102', `"${key}" stands twice in this mapping. Remove one of the two.`, keyRange);
      continue;
    }
    const quote = quoteOf(pair.key);
    own.set(key, {
      node: pair.value ? convert(state, pair.value, depth + 1, open) : absent(state, keyRange),
      source: state.source,
      ...(keyRange && { keyRange }),
      ...(quote && { keyQuote: quote }),
    });
  }
  for (const [key, entry] of merged) if (!own.has(key)) own.set(key, entry);
  return own;
}

function mergedEntries(
  state: State,
  value: unknown,
  depth: number,
  open: readonly unknown[],
): Iterable<[string, MappingEntry]> {
  const node = convert(state, value, depth + 1, open);
  if (node.kind === 'mapping') return node.entries;
  const parts = node.kind === 'sequence' ? node.items : [node];
  const entries: [string, MappingEntry][] = [];
  for (const part of parts) {
    if (part.kind === 'mapping') entries.push(...part.entries);
    else report(state, 'C101', 'A merge key (<<) needs a mapping, or a list of mappings.', part.range);
  }
  return entries;
}

function scalar(state: State, node: Scalar, place: { source: ConfigSource; range?: TextRange }): ConfigNode {
  if (node.tag === '!include') return { kind: 'include', target: String(node.value ?? ''), ...place };
  checkTag(state, node);
  const raw = node.value;
  const value = typeof raw === 'bigint' ? Number(raw) : raw;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const quote = quoteOf(node);
  return {
    kind: 'scalar',
    value: known ? value : null,
    ...place,
    ...(node.type === 'PLAIN' && node.source !== undefined && { plainText: node.source }),
    ...(quote && { quote }),
  };
}

/** What YAML 1.2 calls the core schema; `!` asks for text, as it stands. */
const coreTags: ReadonlySet<string> = new Set([
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'seq', 'map'].map((name) => `tag:yaml.org,2002:${name}`),
]);

/** Core tags do their work in the parser; any other tag would be dropped without a word, or change what a value is. */
function checkTag(state: State, node: Node): void {
  if (node.tag === undefined || coreTags.has(node.tag)) return;
  const message =
    node.tag === '!include'
      ? '!include takes the path of one file, not a list or a mapping.'
      : `The tag ${node.tag} has no meaning here. Only !include has.`;
  report(state, 'C104', message, rangeOf(node));
}

function isMergeKey(key: Scalar): boolean {
  const value: unknown = key.value;
  if (typeof value === 'symbol') return value.description === '<<';
  return value === '<<' && key.type === 'PLAIN';
}

function quoteOf(node: Scalar): '"' | "'" | undefined {
  if (node.type === 'QUOTE_DOUBLE') return '"';
  return node.type === 'QUOTE_SINGLE' ? "'" : undefined;
}

function absent(state: State, keyRange: TextRange | undefined): ScalarNode {
  const place = keyRange ? { range: { start: keyRange.end, end: keyRange.end } } : {};
  return { kind: 'scalar', value: null, source: state.source, ...place };
}

function stop(state: State, node: ConfigNode, what: string): ConfigNode {
  if (!state.stopped) report(state, 'C103', `This file expands to ${what}, which is the limit.`, node.range);
  state.stopped = true;
  return node;
}

function report(state: State, code: Finding['code'], message: string, range: TextRange | undefined): void {
  const file = state.source.file;
  state.findings.push({
    code,
    severity: 'error',
    message,
    ...(file !== undefined && { file }),
    ...(range && { range }),
  });
}

function rangeOf(node: unknown): TextRange | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const range = node.range;
  if (!Array.isArray(range) || typeof range[0] !== 'number' || typeof range[1] !== 'number') return undefined;
  return { start: range[0], end: range[1] };
}
