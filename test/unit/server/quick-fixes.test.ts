import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { codeActions } from '../../../server/features/code-actions.ts';

/**
 * Every `x.yaml` holds lines that end in `# fix: TITLE`. Taking that fix on each of them gives `x.golden.yaml`
 * (written anew with UPDATE_GOLDEN=1).
 */
const folder = path.resolve(import.meta.dirname, '../../golden/quick-fixes');
const cases = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('.golden.yaml'));

test.each(cases)('%s', async (name) => {
  const text = readFileSync(path.join(folder, name), 'utf8');
  const document = TextDocument.create(
    `file:///project/quick-fixes/${name.replace('.yaml', '.invarlock.yaml')}`,
    'yaml',
    1,
    text,
  );
  const analysis = await analyze(document, { files: undefined, allowIncludeOutside: false });
  const edits = text.split('\n').flatMap((line, index) => {
    const title = /# fix: (.+?)\r?$/.exec(line)?.[1];
    if (title === undefined) return [];
    const range = {
      start: { line: index, character: 0 },
      end: { line: index, character: line.indexOf('#') },
    };
    const offered = codeActions(document, range, analysis);
    const action = offered.find((one) => one.title === title);
    expect(action, `line ${index + 1} offers ${offered.map((one) => one.title).join(', ')}`).toBeDefined();
    return action?.edit?.changes?.[document.uri] ?? [];
  });
  expect(edits.length).toBeGreaterThan(0);
  const fixed = TextDocument.applyEdits(document, edits);
  const golden = path.join(folder, name.replace('.yaml', '.golden.yaml'));
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, fixed);
  expect(fixed).toBe(readFileSync(golden, 'utf8'));
});
