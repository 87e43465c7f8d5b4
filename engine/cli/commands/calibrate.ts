import { Command, Option } from 'commander';
import { InvarLockError } from '../../core/errors.ts';
import type { CliContext } from '../node-context.ts';
import { plainNumber, wholeNumber } from '../option-values.ts';

/**
 * `invarlock calibrate null-sweep|ve-sweep` (spec 01 §3.7). The sweeps measure guards, which a later version brings; until
 * then they say so instead of running without them.
 */
export function calibrateCommand(_context: CliContext, _settle: (exitCode: number) => void): Command {
  const group = new Command('calibrate')
    .description('Sweep seeds to recommend guard thresholds (not in this version yet).')
    .addHelpText('after', '\nExample:\n  invarlock calibrate null-sweep --help');
  const nullSweep = sweepCommand(
    'null-sweep',
    'Recommend spectral thresholds from runs in which nothing was edited',
    { folder: 'null_sweep', margin: 0.05 },
  ).option('--target-any-warning-rate <x>', 'share of runs that may warn', plainNumber, 0.01);
  const veSweep = sweepCommand('ve-sweep', 'Recommend the effect size at which the variance guard acts', {
    folder: 've_sweep',
    margin: 0,
  })
    .option('--window <n...>', 'calibration windows to try (default 6, 8, 12, 16)', eachWholeNumber)
    .option('--target-enable-rate <x>', 'share of runs in which the guard may act', plainNumber, 0.05);
  return group.addCommand(nullSweep).addCommand(veSweep);
}

function sweepCommand(
  name: string,
  what: string,
  defaults: { readonly folder: string; readonly margin: number },
): Command {
  return new Command(name)
    .description(`${what} (not in this version yet).`)
    .option('--config <file>', 'run config that the sweep starts from')
    .option('--out <dir>', 'folder for configs, runs and results', `reports/calibration/${defaults.folder}`)
    .addOption(
      new Option('--tier <name...>', 'tiers to sweep (default all)').choices([
        'balanced',
        'conservative',
        'aggressive',
      ]),
    )
    .addOption(
      new Option('--seed <n...>', 'seeds to run; excludes --n-seeds and --seed-start')
        .argParser(eachWholeNumber)
        .conflicts(['nSeeds', 'seedStart']),
    )
    .option('--n-seeds <n>', 'number of seeds', wholeNumber, 10)
    .option('--seed-start <n>', 'first seed', wholeNumber, 42)
    .addOption(
      new Option('--profile <name>', 'profile of the runs')
        .choices(['dev', 'ci', 'ci_cpu', 'release'])
        .default('ci'),
    )
    .option('--safety-margin <x>', 'share that is added to a recommended value', plainNumber, defaults.margin)
    .addHelpText(
      'after',
      `\nThis version has no guards to calibrate: the command says so and exits with 2.\n\nExample:\n  invarlock calibrate ${name} --config run.invarlock.yaml --tier balanced --n-seeds 20`,
    )
    .action(() => {
      throw new InvarLockError(
        'U706',
        `calibrate ${name} is not in this version yet: it calibrates guards, and a later version brings them. The thresholds of the tiers are the reference's until then.`,
      );
    });
}

/** Values of an option that can be given several times. */
function eachWholeNumber(text: string, earlier: readonly number[] | undefined): readonly number[] {
  return [...(earlier ?? []), wholeNumber(text)];
}
