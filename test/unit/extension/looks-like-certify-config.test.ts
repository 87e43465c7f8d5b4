import { expect, it } from 'vitest';
import { looksLikeCertifyConfig } from '../../../extension/tasks/looks-like-certify-config.ts';

it.each([
  ['certify:\n  baseline: a\n', true],
  ['# comment\ndataset: {}\r\ncertify: {}\r\n', true],
  ['"certify" : {}\n', true],
  ['  certify: nested\n', false],
  ['# certify: commented\n', false],
  ['certify_all: 1\n', false],
  ['', false],
])('answers %j', (text, expected) => {
  expect(looksLikeCertifyConfig(text)).toBe(expected);
});
