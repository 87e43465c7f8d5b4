import path from 'node:path';
import type { Finding, TextRange } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { ConfigNode, IncludeNode, MappingEntry, ScalarNode } from './config-node.ts';
import { parseYaml } from './parse-yaml.ts';
import { readText } from './read-text.ts';

/** One `!include` that was followed. */
export interface IncludedFile {
  /** As it is shown: the folder of the including file, then the path as written. */
  readonly file: string;
  readonly includedFrom: string;
  /** Where the tag stands in the including file. */
  readonly range: TextRange | undefined;
  readonly text: string;
}

const includeLimit = 200;

/**
 * Replaces every `!include` by what the file holds (spec 01 §1.1). Paths start at the file that holds the tag; the
 * target must lie in the folder of the top file, symbolic links followed, unless `allowOutside`.
 */
export async function resolveIncludes(
  files: FileReader,
  root: ConfigNode,
  topFile: string,
  allowOutside: boolean,
): Promise<{ root: ConfigNode; findings: readonly Finding[]; includes: readonly IncludedFile[] }> {
  const realTop = await realPathOr(files, path.resolve(topFile));
  const state: State = { files, rootFolder: path.dirname(realTop), allowOutside, findings: [], includes: [] };
  const resolved = await resolve(state, root, [{ named: topFile, real: realTop }]);
  return { root: resolved, findings: state.findings, includes: state.includes };
}

interface OpenFile {
  readonly named: string;
  readonly real: string;
}

interface State {
  readonly files: FileReader;
  readonly rootFolder: string;
  readonly allowOutside: boolean;
  readonly findings: Finding[];
  readonly includes: IncludedFile[];
}

async function resolve(state: State, node: ConfigNode, chain: readonly OpenFile[]): Promise<ConfigNode> {
  if (node.kind === 'include') return include(state, node, chain);
  if (node.kind === 'sequence') {
    const items: ConfigNode[] = [];
    for (const item of node.items) items.push(await resolve(state, item, chain));
    return { ...node, items };
  }
  if (node.kind === 'mapping') {
    const entries = new Map<string, MappingEntry>();
    for (const [key, entry] of node.entries)
      entries.set(key, { ...entry, node: await resolve(state, entry.node, chain) });
    return { ...node, entries };
  }
  return node;
}

async function include(state: State, node: IncludeNode, chain: readonly OpenFile[]): Promise<ConfigNode> {
  const from = chain[chain.length - 1];
  if (!from || node.target === '') return refuse(state, node, 'C120', '!include needs the path of a file.');
  const target = path.resolve(path.dirname(from.real), node.target);
  // The written path is judged before the disk is touched, so that a file cannot probe what lies outside.
  if (!allowed(state, target)) return refuse(state, node, 'C121', outside(node.target));
  const real = await realPathOr(state.files, target);
  if (!allowed(state, real)) return refuse(state, node, 'C121', outside(node.target));
  const named = await nameOf(state, node.target, from, real);
  if (chain.some((file) => file.real === real)) {
    const circle = [...chain.map((file) => path.basename(file.named)), path.basename(named)].join(' → ');
    return refuse(state, node, 'C122', `${node.target} includes itself: ${circle}.`);
  }
  if (state.includes.length >= includeLimit) {
    return refuse(state, node, 'C103', `More than ${includeLimit} files are included, which is the limit.`);
  }
  const read = await readText(state.files, real);
  if (read.text === undefined) {
    return refuse(state, node, 'C120', `The included file ${node.target} cannot be read: ${read.reason}.`);
  }
  state.includes.push({ file: named, includedFrom: from.named, range: node.range, text: read.text });
  const parsed = parseYaml(read.text, { kind: 'include', file: named });
  state.findings.push(...parsed.findings);
  if (!parsed.value) return nothing(node);
  return resolve(state, parsed.value, [...chain, { named, real }]);
}

/** As it was written, from the folder of the including file; its real path where that file was named by a link. */
async function nameOf(state: State, target: string, from: OpenFile, real: string): Promise<string> {
  const named = path.isAbsolute(target) ? target : path.join(path.dirname(from.named), target);
  const leads = await realPathOr(state.files, path.resolve(named));
  return leads === real ? named : real;
}

function allowed(state: State, target: string): boolean {
  if (state.allowOutside) return true;
  const relative = path.relative(state.rootFolder, target);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function outside(target: string): string {
  return `${target} lies outside the folder of this configuration. Move it inside, or set INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE=1.`;
}

function refuse(state: State, node: IncludeNode, code: Finding['code'], message: string): ConfigNode {
  const file = node.source.file;
  state.findings.push({
    code,
    severity: 'error',
    message,
    ...(file !== undefined && { file }),
    ...(node.range && { range: node.range }),
  });
  // Stays an include: what it would have held is unknown, so nothing more is said about it.
  return node;
}

function nothing(node: IncludeNode): ScalarNode {
  return { kind: 'scalar', value: null, source: node.source, ...(node.range && { range: node.range }) };
}

async function realPathOr(files: FileReader, file: string): Promise<string> {
  try {
    return await files.realPath(file);
  } catch {
    // A missing file is reported where it is read.
    return file;
  }
}
