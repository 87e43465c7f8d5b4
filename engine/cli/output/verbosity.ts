import { type Command, Option } from 'commander';
import type { Finding } from '../../core/findings.ts';

/** How much a command says. `quiet`: failures and what cannot be left out. `verbose`: notes and details as well. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** What commander reads from `-q` and `-v`. */
export interface VerbosityOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/**
 * Adds `-q, --quiet` and `-v, --verbose`, of which only one can be given (spec 01 §3.2).
 *
 * @example addVerbosity(new Command('verify')).action((options) => verbosityOf(options))
 */
export function addVerbosity(command: Command): Command {
  return command
    .addOption(new Option('-q, --quiet', 'say only what failed').conflicts('verbose'))
    .addOption(new Option('-v, --verbose', 'say more: notes and details').conflicts('quiet'));
}

export function verbosityOf({ quiet, verbose }: VerbosityOptions): Verbosity {
  if (quiet) return 'quiet';
  return verbose ? 'verbose' : 'normal';
}

/** The findings to print: errors alone when quiet, notes only when verbose. */
export function shownFindings<T extends Pick<Finding, 'severity'>>(
  findings: readonly T[],
  verbosity: Verbosity,
): readonly T[] {
  if (verbosity === 'verbose') return findings;
  return findings.filter(({ severity }) =>
    verbosity === 'quiet' ? severity === 'error' : severity !== 'note',
  );
}

/** What an evaluation prints of its findings: everything, and errors alone when quiet. */
export function printed<T extends Pick<Finding, 'severity'>>(
  findings: readonly T[],
  verbosity: Verbosity,
): readonly T[] {
  return verbosity === 'quiet' ? findings.filter(({ severity }) => severity === 'error') : findings;
}
