import { Command } from 'commander';
import type { CliContext } from '../node-context.ts';
import { configCheckCommand } from './config-check.ts';
import { configShowCommand } from './config-show.ts';

/** `invarlock config show|check`: what a configuration means, and what is wrong with it. */
export function configCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('config')
    .description('Show what a configuration means, or check it without running anything.')
    .addHelpText(
      'after',
      '\nExamples:\n  invarlock config show -c run.invarlock.yaml --resolved --origins\n  invarlock config check *.invarlock.yaml',
    )
    .addCommand(configShowCommand(context, settle))
    .addCommand(configCheckCommand(context, settle));
}
