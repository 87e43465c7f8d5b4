import { Command } from 'commander';
import { certificateSchemaVersion, toolVersion } from '../../version.ts';
import type { CliContext } from '../node-context.ts';

export function versionCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('version')
    .description('Print the version and the certificate schema version.')
    .option('--json', 'print one JSON object')
    .action((options: { json?: boolean }) => {
      context.terminal.out(
        options.json
          ? JSON.stringify({ certificate_schema: certificateSchemaVersion, version: toolVersion })
          : `invarlock ${toolVersion} (certificate schema ${certificateSchemaVersion})`,
      );
      settle(0);
    });
}
