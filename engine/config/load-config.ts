import path from 'node:path';
import type { RunConfig } from '../../schemas/generated/config.ts';
import { type Checked, type Finding, hasErrors, type TextRange } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { type ConfigNode, type ConfigSource, type MappingNode, nodeAt, plainValue } from './config-node.ts';
import { findInertKeys } from './inert-keys.ts';
import { knownProfile } from './profile-overlays.ts';
import { type ConfigTree, readConfigTree } from './read-config-tree.ts';
import { checkRules } from './rules/check-rules.ts';
import type { RuleSituation } from './rules/rule.ts';
import { withoutSuppressed } from './suppressions.ts';
import { validateConfig } from './validate-config.ts';

/** A configuration after includes, `defaults` and validation, with the place of every value. */
export interface LoadedConfig {
  /** As the user named it. */
  readonly path: string;
  /** Folder of the file: relative paths of the certify section start here. */
  readonly folder: string;
  readonly data: RunConfig;
  readonly root: MappingNode;
  /** Where the value at a JSON pointer was written. */
  origin(pointer: string): ValueOrigin | undefined;
  /** A path that stands at a pointer, resolved from the folder of the file in which it is written. */
  resolvePath(pointer: string): string | undefined;
  /** The text of every file that was read, by its name in findings. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface ValueOrigin {
  readonly kind: ConfigSource['kind'];
  readonly file: string | undefined;
  readonly range: TextRange | undefined;
  readonly label: string | undefined;
}

export interface LoadOptions {
  /** Accept includes outside the folder of the top file (INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE). */
  readonly allowOutside?: boolean;
  /** What the command line has decided about profile and tier, for the rules that depend on them. */
  readonly situation?: RuleSituation;
  /** Names of the profiles in INVARLOCK_CONFIG_ROOT, which `certify.profile` may name too. */
  readonly customProfiles?: readonly string[];
  /** Hints about keys that change nothing: for editors and `config check`, not for a run. */
  readonly hints?: boolean;
}

/**
 * Loads one configuration file: includes, `defaults`, schema, rules.
 *
 * @example const { value, findings } = await loadConfig(nodeFiles, '/project/run.invarlock.yaml')
 */
export async function loadConfig(
  files: FileReader,
  file: string,
  options: LoadOptions = {},
): Promise<Checked<LoadedConfig>> {
  return checked(await readConfigTree(files, file, options), file, options);
}

/** The same for one text, without reading any file: values behind `!include` count as unknown. */
export function parseConfig(text: string, { file }: { file: string }): Checked<LoadedConfig> {
  return checked(readConfigTree.fromText(text, file), file, {});
}

function checked(tree: ConfigTree, file: string, options: LoadOptions): Checked<LoadedConfig> {
  const findings = checkConfigTree(tree, { hints: false, ...options });
  const value = tree.root && !hasErrors(findings) ? loadedConfig(tree.root, file, tree.texts) : undefined;
  return { value, findings };
}

/** Every finding about a tree: those of reading, of the schema and of the rules, in the order of the text. */
export function checkConfigTree(
  tree: ConfigTree,
  {
    situation,
    customProfiles,
    hints = true,
  }: Pick<LoadOptions, 'situation' | 'customProfiles' | 'hints'> = {},
): readonly Finding[] {
  const findings = [...tree.findings];
  if (tree.root) {
    const invalid = validateConfig(tree.root).filter(
      (finding) => !namesCustomProfile(finding, customProfiles),
    );
    const rules = checkRules(tree.root, situation).filter((finding) => !isAboutInvalid(finding, invalid));
    findings.push(...invalid, ...rules);
    if (hints) findings.push(...findInertKeys(tree.root));
  }
  const broken = brokenLines(findings, tree.texts);
  const explained = findings.filter(
    (finding) =>
      !isExplained(finding, findings) &&
      !(finding.code === 'C110' && broken.has(lineOf(finding, tree.texts))) &&
      !(finding.code === 'C111' && isUnreadable(finding, findings, tree.texts)),
  );
  return inOrder(withoutSuppressed(explained, tree.texts));
}

/** The schema knows the packaged profiles only. */
function namesCustomProfile(
  { code, pointer, actual }: Finding,
  custom: LoadOptions['customProfiles'] = [],
): boolean {
  const isProfile = code === 'C112' && pointer === '/certify/profile';
  return isProfile && typeof actual === 'string' && knownProfile(actual, custom) !== undefined;
}

/** What a value means together with others is no question while the value itself is wrong. */
function isAboutInvalid({ pointer = '', severity }: Finding, invalid: readonly Finding[]): boolean {
  return invalid.some(
    (other) =>
      other.severity === 'error' &&
      other.code !== 'C110' &&
      (other.pointer === pointer || (severity !== 'error' && other.pointer?.startsWith(`${pointer}/`))),
  );
}

/** A key that is missing because it is misspelt: the misspelling says it all. */
function isExplained(finding: Finding, all: readonly Finding[]): boolean {
  if (finding.code !== 'C116') return false;
  return all.some(
    (other) =>
      other.code === 'C110' &&
      other.expected === finding.expected &&
      other.pointer === `${finding.pointer}/${String(other.actual)}`,
  );
}

/** The lines that YAML cannot read: what looks like a key there may be none. */
function brokenLines(findings: readonly Finding[], texts: ConfigTree['texts']): ReadonlySet<string> {
  const broken = findings.filter(({ code }) => code === 'C101');
  return new Set(broken.map((finding) => lineOf(finding, texts)));
}

/** Nothing is known about a value that YAML cannot read: an alias without its anchor, what a tab stands before. */
function isUnreadable({ file = '', range }: Finding, all: readonly Finding[], texts: ConfigTree['texts']) {
  if (!range) return false;
  return all.some((other) => {
    if (other.code !== 'C101' || other.file !== file || !other.range) return false;
    const { start } = other.range;
    const between = start >= range.end ? texts.get(file)?.slice(range.end, start) : undefined;
    return start === range.start || (between !== undefined && /^:\s*$/.test(between));
  });
}

function lineOf({ file = '', range }: Finding, texts: ConfigTree['texts']): string {
  const text = texts.get(file) ?? '';
  return `${text.lastIndexOf('\n', (range?.start ?? 0) - 1)} ${file}`;
}

/** A loaded configuration around a merged tree; the tree must have passed validation. */
export function loadedConfig(
  root: MappingNode,
  file: string,
  texts: ReadonlyMap<string, string>,
): LoadedConfig {
  const folder = path.dirname(path.resolve(file));
  return {
    path: file,
    folder,
    // Validation has just compared this value with the schema from which RunConfig is generated.
    data: plainValue(root) as RunConfig,
    root,
    texts,
    origin: (pointer) => originOf(root, pointer),
    resolvePath(pointer) {
      const node = nodeAt(root, pointer)?.node;
      if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
      return path.resolve(folderOf(node, folder), node.value);
    },
  };
}

function originOf(root: ConfigNode, pointer: string): ValueOrigin | undefined {
  const found = nodeAt(root, pointer);
  if (!found) return undefined;
  const { source, range } = found.node;
  return { kind: source.kind, file: source.file, range, label: source.label };
}

function folderOf(node: ConfigNode, folder: string): string {
  return node.source.file === undefined ? folder : path.dirname(path.resolve(node.source.file));
}

/** By file and place, so that output does not depend on the order of the checks. */
function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      compare(a.file ?? '', b.file ?? '') ||
      (a.range?.start ?? 0) - (b.range?.start ?? 0) ||
      compare(a.code, b.code),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
