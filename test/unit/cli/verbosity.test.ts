import { Command } from 'commander';
import { expect, test } from 'vitest';
import {
  addVerbosity,
  shownFindings,
  type Verbosity,
  verbosityOf,
} from '../../../engine/cli/output/verbosity.ts';

function parse(...typed: readonly string[]): Verbosity {
  const command = addVerbosity(new Command('x'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(typed, { from: 'user' });
  return verbosityOf(command.opts());
}

test.each([
  [[], 'normal'],
  [['-q'], 'quiet'],
  [['--verbose'], 'verbose'],
])('%j is %s', (typed, expected) => {
  expect(parse(...typed)).toBe(expected);
});

test.each([[['-q', '-v']], [['--verbose', '--quiet']]])('%j exclude each other', (typed) => {
  expect(() => parse(...typed)).toThrow(/cannot be used with/u);
});

test.each<[Verbosity, string]>([
  ['quiet', 'error'],
  ['normal', 'error warning'],
  ['verbose', 'error warning note'],
])('%s shows %s', (verbosity, expected) => {
  const all = (['error', 'warning', 'note'] as const).map((severity) => ({ severity }));
  expect(
    shownFindings(all, verbosity)
      .map(({ severity }) => severity)
      .join(' '),
  ).toBe(expected);
});
