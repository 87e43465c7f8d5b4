import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { toolVersion } from '../version.ts';
import { calibrateCommand } from './commands/calibrate.ts';
import { certifyCommand } from './commands/certify.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { editCommand } from './commands/edit.ts';
import { lspCommand } from './commands/lsp.ts';
import { mergeCommand } from './commands/merge.ts';
import { pluginsCommand } from './commands/plugins.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { verifyCommand } from './commands/verify.ts';
import { versionCommand } from './commands/version.ts';
import { inheritSettings } from './inherit-settings.ts';
import { type CliContext, nodeContext } from './node-context.ts';
import { watchTerminal } from './output/json-failure.ts';
import { reportFailure } from './output/report-failure.ts';

/**
 * Runs one command line (without the program's name) and returns its exit code: 0 success, 1 a gate or check failed,
 * 2 usage, configuration or input, 3 a typed stop under ci and release, 130 cancelled.
 */
export async function runCli(argv: readonly string[], world: CliContext): Promise<number> {
  const terminal = watchTerminal(world.terminal);
  const exitCode = await dispatch(argv, { ...world, terminal });
  const failure = exitCode === 0 || !argv.includes('--json') ? undefined : terminal.failure(exitCode);
  if (failure !== undefined) terminal.out(failure);
  return exitCode;
}

async function dispatch(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode = 0;
  const settle = (code: number) => {
    exitCode = code;
  };
  const program = new Command('invarlock')
    .description('Certify that an edited language model still does what its baseline did.')
    .version(toolVersion, '-V, --version')
    .showHelpAfterError('(see invarlock --help)')
    // A group such as report has options of its own that its subcommands have too.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => context.terminal.err(text.trimEnd()),
    });
  for (const add of [
    certifyCommand,
    mergeCommand,
    calibrateCommand,
    reportCommand,
    verifyCommand,
    runCommand,
    editCommand,
    configCommand,
    pluginsCommand,
    doctorCommand,
    lspCommand,
    completionCommand,
    versionCommand,
  ]) {
    program.addCommand(inheritSettings(add(context, settle), program));
  }
  try {
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const message = error.message.replace(/^error: /, '');
      context.terminal.onFinding?.({ code: 'U701', severity: 'error', message }, () => undefined);
      return 2;
    }
    return reportFailure(context, error);
  }
}

/** True when this file is the program, also through the symbolic link that npm makes for a `bin`. */
function isProgram(): boolean {
  const program = process.argv[1];
  if (program === undefined) return false;
  try {
    return realpathSync(program) === realpathSync(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}

if (isProgram()) {
  const context = nodeContext();
  process.exitCode = await runCli(process.argv.slice(2), context);
}
