import path from 'node:path';
import type { Finding, TextRange } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { findAmbiguousScalars } from './ambiguous-scalars.ts';
import { applyDefaults } from './apply-defaults.ts';
import type { ConfigNode, MappingNode } from './config-node.ts';
import { parseYaml } from './parse-yaml.ts';
import { readText } from './read-text.ts';
import { type IncludedFile, resolveIncludes } from './resolve-includes.ts';

/** What reading gives before validation: the merged tree, as far as there is one, and what was wrong on the way. */
export interface ConfigTree {
  readonly root: MappingNode | undefined;
  readonly findings: readonly Finding[];
  readonly includes: readonly IncludedFile[];
  /** The text of every file that was read, by its name in findings. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads the file and everything it includes, and merges `defaults` (spec 01 §1.1). */
export async function readConfigTree(
  files: FileReader,
  file: string,
  options: { readonly allowOutside?: boolean; readonly parse?: typeof parseYaml } = {},
): Promise<ConfigTree> {
  const read = await readText(files, file);
  if (read.text === undefined) {
    const message = `The configuration ${file} cannot be read: ${read.reason}.`;
    return {
      root: undefined,
      findings: [{ code: 'C107', severity: 'error', message, file }],
      includes: [],
      texts: new Map(),
    };
  }
  const parsed = parseTop(read.text, file, options.parse);
  if (!parsed.root) return parsed;
  const resolved = await resolveIncludes(files, parsed.root, file, options.allowOutside === true);
  return finish(
    resolved.root,
    read.text,
    file,
    [...parsed.findings, ...resolved.findings],
    resolved.includes,
  );
}

/** The same from a text alone: includes stay unresolved. */
readConfigTree.fromText = (text: string, file: string, parse?: typeof parseYaml): ConfigTree => {
  const parsed = parseTop(text, file, parse);
  if (!parsed.root) return parsed;
  return finish(parsed.root, text, file, parsed.findings, []);
};

function parseTop(text: string, file: string, parse = parseYaml): ConfigTree {
  const texts = new Map([[file, text]]);
  const parsed = parse(text, { kind: 'file', file });
  const root = parsed.value;
  if (root?.kind === 'mapping') return { root, findings: parsed.findings, includes: [], texts };
  // A syntax error explains itself; "not a mapping" on top would be noise.
  if (parsed.findings.length > 0) return { root: undefined, findings: parsed.findings, includes: [], texts };
  return { root: undefined, findings: [notAMapping(text, file, root)], includes: [], texts };
}

function finish(
  root: ConfigNode,
  text: string,
  file: string,
  findings: readonly Finding[],
  includes: readonly IncludedFile[],
): ConfigTree {
  const ambiguous = findAmbiguousScalars(root);
  const texts = new Map([[file, text], ...includes.map((one) => [one.file, one.text] as const)]);
  if (root.kind !== 'mapping')
    return { root: undefined, findings: [...findings, notAMapping(text, file, root)], includes, texts };
  const merged = applyDefaults(root);
  return { root: merged.value, findings: [...findings, ...merged.findings, ...ambiguous], includes, texts };
}

function notAMapping(text: string, file: string, root: ConfigNode | undefined): Finding {
  const range: TextRange = root?.range ?? { start: 0, end: Math.min(text.length, 1) };
  const what = root === undefined ? 'is empty' : 'holds no mapping at the top';
  const message = `${path.basename(file)} ${what}. A configuration has sections such as certify, dataset and guards.`;
  return { code: 'C105', severity: 'error', message, file, range, pointer: '' };
}
