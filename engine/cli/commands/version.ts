import { Command } from 'commander';
import { certificateSchemaVersion, toolVersion } from '../../version.ts';
import type { CliContext } from '../node-context.ts';

export function versionCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('version')
    .description('Print the version and the certificate schema version.')
    .option('--json', 'print one version-v1 JSON object')
    .addHelpText('after', '\nExit code: 0.\n\nExamples:\n  invarlock version\n  invarlock version --json')
    .action((options: { json?: boolean }) => {
      context.terminal.out(
        options.json
          ? JSON.stringify({
              format_version: 'version-v1',
              version: toolVersion,
              certificate_schema: certificateSchemaVersion,
            })
          : `invarlock ${toolVersion} (certificate schema ${certificateSchemaVersion})`,
      );
      settle(0);
    });
}
