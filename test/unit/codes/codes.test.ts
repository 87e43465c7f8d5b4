import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codes } from '../../../engine/codes/index.ts';

const folder = new URL('../../../docs/codes/', import.meta.url);

test.each(Object.entries(codes))('%s has a page with its title, an example and advice', (code, facts) => {
  const page = new URL(`${code}.md`, folder);
  expect(existsSync(page), `docs/codes/${code}.md is missing: add it beside the others`).toBe(true);
  const text = readFileSync(page, 'utf8');
  expect(text.startsWith(`# ${code}: `)).toBe(true);
  expect(text).toContain('## ');
  expect(text).toContain('```');
  expect(facts.token).toMatch(/^[A-Z][A-Z0-9-]+$/u);
});

test('every page belongs to a code', () => {
  const pages = readdirSync(folder).filter((name) => name !== 'README.md');
  expect(pages.map((name) => name.replace('.md', '')).filter((code) => !(code in codes))).toEqual([]);
});

test('tokens are unique', () => {
  const tokens = Object.values(codes).map(({ token }) => token);
  expect(tokens.filter((token, index) => tokens.indexOf(token) !== index)).toEqual([]);
});
