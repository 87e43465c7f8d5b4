import type { ConfigNode, ScalarNode } from '../../engine/config/config-node.ts';
import { resolved } from '../../engine/config/config-schema.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { writtenChildren } from '../yaml/written-children.ts';

/** What a name can be, and the standard type of token that comes nearest to it. */
export const tokenKinds = {
  section: 'namespace',
  guard: 'class',
  metric: 'enumMember',
  provider: 'enumMember',
  profile: 'enumMember',
  tier: 'enumMember',
  edit: 'enumMember',
  unit: 'number',
  include: 'keyword',
  path: 'string',
} as const;

type TokenKind = keyof typeof tokenKinds;

export interface NamedToken {
  readonly range: TextRange;
  readonly kind: TokenKind;
}

/** More than this no editor wants to colour. */
const tokenLimit = 10_000;

/** Where a value is one of our names. */
const nameAt: Readonly<Record<string, TokenKind>> = {
  '/guards/order/*': 'guard',
  '/eval/metric/kind': 'metric',
  '/dataset/provider': 'provider',
  '/dataset/provider/kind': 'provider',
  '/certify/profile': 'profile',
  '/certify/tier': 'tier',
  '/auto/tier': 'tier',
  '/edit/name': 'edit',
};

/** Unknown keys and values, options of another provider, includes that are refused. */
const aboutNames: ReadonlySet<string> = new Set(['C110', 'C112', 'C119', 'C120', 'C121', 'C122']);

/** Settings that carry the unit of their number in the name: megabytes, percentage points, perplexity, log loss. */
const withUnit = /_(?:mb|pp|ppl|lognll)$/;

/** The names in a text that mean something to us. A name that is reported as wrong is none. */
export function namedTokens(text: string, root: ConfigNode, analysis: Analysis): NamedToken[] {
  const { file, findings } = analysis;
  const wrong = new Set<number | undefined>(
    findings
      .filter((finding) => aboutNames.has(finding.code) && (finding.file ?? file) === file)
      .map(({ range }) => range?.start),
  );
  const tokens: NamedToken[] = [];
  const add = (range: TextRange | undefined, kind: TokenKind) => {
    if (!range || wrong.has(range.start) || tokens.length >= tokenLimit) return;
    // A token may not run over lines; a name does so only while it is being typed.
    if (range.end > range.start && !/[\r\n]/.test(text.slice(range.start, range.end)))
      tokens.push({ range, kind });
  };
  const visit = (node: ConfigNode, inside: TextRange, path: string) => {
    for (const { name, child, keyRange } of writtenChildren(node, inside)) {
      const own = path === '' && name === 'defaults' ? '' : `${path}/${keyRange ? name : '*'}`;
      const keyKind = kindOfKey(path, name, analysis);
      if (keyKind && keyRange) add(keyRange, keyKind);
      if (child.kind === 'include') include(text, child.range, add);
      else if (child.kind === 'scalar') {
        const kind = kindOfValue(own, name, child);
        if (kind && isWrittenHere(text, child)) add(child.range, kind);
      } else if (child.range) visit(child, child.range, own);
    }
  };
  if (root.range) visit(root, root.range, '');
  return tokens;
}

function kindOfKey(path: string, name: string, { fileKind, schema }: Analysis): TokenKind | undefined {
  const isTiers = fileKind === 'tiers';
  if (path === '') return knows(schema, name) ? (isTiers ? 'tier' : 'section') : undefined;
  if (isTiers && !path.slice(1).includes('/')) return name.endsWith('_guard') ? 'guard' : 'section';
  return path === '/guards' && name !== 'order' ? 'guard' : undefined;
}

function knows(schema: Analysis['schema'], key: string): boolean {
  return Object.hasOwn(resolved(schema).properties ?? {}, key);
}

function kindOfValue(path: string, name: string, { value }: ScalarNode): TokenKind | undefined {
  if (typeof value === 'number') return withUnit.test(name) ? 'unit' : undefined;
  return typeof value === 'string' && Object.hasOwn(nameAt, path) ? nameAt[path] : undefined;
}

/** The value of an alias is written at its anchor. */
function isWrittenHere(text: string, { range }: ScalarNode): boolean {
  return range !== undefined && text[range.start] !== '*';
}

/** The tag stands before its value, with nothing but blanks and an anchor between. */
function include(
  text: string,
  path: TextRange | undefined,
  add: (range: TextRange, kind: TokenKind) => void,
): void {
  if (!path) return;
  const tag = '!include';
  const start = text.lastIndexOf(tag, path.start);
  if (start < 0 || !/^(?:\s|&\S+)*$/.test(text.slice(start + tag.length, path.start))) return;
  add({ start, end: start + tag.length }, 'include');
  add(path, 'path');
}
