import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { isTruthy } from '../engine/core/is-truthy.ts';
import { nodeFiles } from '../engine/core/node-files.ts';
import { startServer } from './connection.ts';

// Trees of texts live for one keystroke: a young generation that does not grow keeps a third of the memory.
setFlagsFromString('--semi-space-growth-factor=1');

// Any LSP client may start us: with --stdio, with --node-ipc, or with nothing, which means stdio.
if (!process.argv.some((argument) => /^--(stdio|node-ipc|socket|pipe)/.test(argument)))
  process.argv.push('--stdio');

const connection = createConnection(ProposedFeatures.all);

// Whatever slips past the guards of the handlers is logged; the server stays up.
process.on('uncaughtException', (error) =>
  connection.console.error(`uncaught: ${error.stack ?? error.message}`),
);
process.on('unhandledRejection', (reason) =>
  connection.console.error(`unhandled rejection: ${String(reason)}`),
);

startServer(connection, {
  files: nodeFiles,
  allowIncludeOutside: isTruthy(process.env.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE),
  environment: process.env,
});
