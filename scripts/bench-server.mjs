/**
 * The language server beside `yaml-language-server`, the one that most editors use for YAML: the same documents, the same
 * schema, the same machine, one after the other in the same run. `node scripts/bench-server.mjs` prints a table;
 * `benchServer()` returns the rows. Judges nothing: times depend on the machine, so the ratio stands beside them.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepareEntry, root, runShown } from './entry.mjs';

const sessions = 3;
const edits = 40;
const completions = 20;

const servers = {
  ours: { program: path.join(root, 'dist/server.js'), settings: {} },
  theirs: {
    program: path.join(root, 'node_modules/yaml-language-server/bin/yaml-language-server'),
    settings: {
      yaml: {
        validate: true,
        completion: true,
        hover: true,
        // Nothing is fetched: the schema is the file that this extension contributes.
        schemaStore: { enable: false },
        schemas: { [pathToFileURL(path.join(root, 'schemas/config.schema.json')).href]: '*.invarlock.yaml' },
      },
    },
  },
};

/** One row per measurement: `{ document, what, unit, ours, theirs }`, each the median of a few sessions in turn. */
export async function benchServer() {
  const { certification, largeConfig } = await import('../test/fixtures/large-config.ts');
  const documents = { '40 lines': `${certification.join('\n')}\n`, '60 KB': largeConfig(60_000) };
  const rows = [];
  for (const [document, text] of Object.entries(documents)) {
    // The first start reads the programs from the disk.
    for (const server of Object.values(servers)) await measure(server, text);
    const measured = { ours: [], theirs: [] };
    for (let session = 0; session < sessions; session += 1)
      for (const [name, server] of Object.entries(servers)) measured[name].push(await measure(server, text));
    for (const [what, { unit }] of Object.entries(measured.ours[0])) {
      const median = (results) =>
        percentile(
          results.map((result) => result[what].value),
          0.5,
        );
      rows.push({ document, what, unit, ours: median(measured.ours), theirs: median(measured.theirs) });
    }
  }
  return rows;
}

/** One session of one server with one document. */
async function measure({ program, settings }, text) {
  const client = await connect(program, settings);
  const started = performance.now();
  await client.initialize();
  const initialise = performance.now() - started;

  const uri = 'file:///project/bench.invarlock.yaml';
  const opened = performance.now();
  const first = client.nextDiagnostics(uri);
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  await first;
  const open = performance.now() - opened;

  // A key that does not exist comes and goes in the middle of the certification.
  const line = text.split('\n').findIndex((one) => one.startsWith('dataset:')) + 1;
  const place = { line, character: 2 };
  const editTimes = [];
  for (let edit = 0; edit < edits && !isLong(editTimes); edit += 1) {
    const inserted = edit % 2 === 0;
    const range = { start: place, end: inserted ? place : { line, character: 3 } };
    const begun = performance.now();
    const next = client.nextDiagnostics(uri);
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: edit + 2 },
      contentChanges: [{ range, text: inserted ? 'x' : '' }],
    });
    await next;
    editTimes.push(performance.now() - begun);
  }

  const completionTimes = [];
  for (let count = 0; count < completions && !isLong(completionTimes); count += 1) {
    const begun = performance.now();
    await client.request('textDocument/completion', {
      textDocument: { uri },
      position: { line, character: 2 },
    });
    completionTimes.push(performance.now() - begun);
  }
  const memory = residentMegabytes(client.pid);
  await client.stop();
  const ms = (value) => ({ value, unit: 'ms' });
  return {
    initialise: ms(initialise),
    'open to diagnostics': ms(open),
    'edit to diagnostics, p50': ms(percentile(editTimes, 0.5)),
    'edit to diagnostics, p95': ms(percentile(editTimes, 0.95)),
    'completion, p50': ms(percentile(completionTimes, 0.5)),
    memory: { value: memory, unit: 'MB' },
  };
}

/** A client that gets diagnostics pushed, which both servers do. */
async function connect(program, settings) {
  const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await import(
    'vscode-languageserver/node'
  );
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting = new Map();
  connection.onNotification('textDocument/publishDiagnostics', ({ uri }) => {
    waiting.get(uri)?.();
    waiting.delete(uri);
  });
  connection.onRequest('workspace/configuration', ({ items }) =>
    items.map(({ section }) => settings[section] ?? {}),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  return {
    pid: child.pid,
    async initialize() {
      const workspace = { configuration: true, didChangeConfiguration: { dynamicRegistration: true } };
      const textDocument = { completion: { completionItem: { snippetSupport: true } } };
      await connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: { workspace, textDocument },
      });
      await connection.sendNotification('initialized', {});
      await connection.sendNotification('workspace/didChangeConfiguration', { settings });
    },
    notify: (method, parameters) => void connection.sendNotification(method, parameters),
    request: (method, parameters) => connection.sendRequest(method, parameters),
    nextDiagnostics: (uri) => new Promise((resolve) => waiting.set(uri, resolve)),
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      await exited;
      connection.dispose();
    },
  };
}

/** Enough is known after this long; some servers take seconds for one edit. */
function isLong(times) {
  return times.length >= 4 && times.reduce((sum, time) => sum + time, 0) > 10_000;
}

function residentMegabytes(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

function percentile(times, share) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

function print(rows) {
  const columns = ['document', 'measured', 'ours', 'yaml-language-server', 'theirs ÷ ours'];
  const cells = rows.map(({ document, what, unit, ours, theirs }) => [
    document,
    what,
    `${ours.toFixed(1)} ${unit}`,
    `${theirs.toFixed(1)} ${unit}`,
    (theirs / ours).toFixed(1),
  ]);
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...cells.map((line) => line[index].length)),
  );
  for (const line of [columns, ...cells]) {
    const padded = line.map((cell, index) =>
      index < 2 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
    );
    console.log(padded.join('  ').trimEnd());
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  prepareEntry(import.meta.url);
  // The documents are made by TypeScript, so this needs a Node that strips types; the pinned one does.
  if (!process.features.typescript) process.exit(runShown('node', [fileURLToPath(import.meta.url)]));
  runShown('node', ['scripts/build.mjs', '--only', 'server', '--production']);
  console.log(
    `language servers, Node ${process.version}, median of ${sessions} sessions, ${edits} edits each`,
  );
  print(await benchServer());
}
