import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// dependency-cruiser reads nothing at all through TypeScript 7 and then reports success (it has no API for it). These
// tests plant a forbidden import for every rule and count modules, so that a silent non-check cannot pass.

const root = fileURLToPath(new URL('../../', import.meta.url));
const planted: Record<string, { rule: string; source: string }> = {
  'engine/core/a.ts': { rule: 'engine-knows-no-editor', source: "import 'vscode';\nexport const a = 1;" },
  'engine/core/b.ts': {
    rule: 'engine-knows-no-editor',
    source: "import '../../server/s.ts';\nexport const b = 1;",
  },
  'engine/metrics/a.ts': {
    rule: 'only-runtime-loads-onnxruntime',
    source: "import 'onnxruntime-node';\nexport const a = 1;",
  },
  'engine/verify/a.ts': {
    rule: 'certify-is-a-shell',
    source: "import '../certify/run.ts';\nexport const a = 1;",
  },
  'engine/certify/run.ts': { rule: '', source: 'export const run = 1;' },
  'engine/config/http.ts': {
    rule: 'only-hub-opens-connections',
    source: "import { get } from 'node:https';\nexport const a = get;",
  },
  'server/net.ts': { rule: 'only-hub-opens-connections', source: "import 'net';\nexport const n = 1;" },
  'engine/hub/node-http.ts': { rule: '', source: "import 'node:http';\nexport const h = 1;" },
  'engine/runtime/ok.ts': { rule: '', source: "import 'onnxruntime-node';\nexport const ok = 1;" },
  'server/s.ts': {
    rule: 'server-imports-config-codes-verify',
    source: "import '../engine/certify/run.ts';\nexport const s = 1;",
  },
  'server/v.ts': { rule: 'server-knows-no-vscode', source: "import 'vscode';\nexport const v = 1;" },
  'extension/e.ts': {
    rule: 'extension-holds-no-engine',
    source: "import { run } from '../engine/certify/run.ts';\nexport const e = run;",
  },
  'extension/webview/w.ts': { rule: 'webview-draws-only', source: "import '../e.ts';\nexport const w = 1;" },
  'engine/core/c1.ts': {
    rule: 'no-circular',
    source: "import { d } from './c2.ts';\nexport const c = () => d;",
  },
  // A cycle is reported once, at the module that is read first.
  'engine/core/c2.ts': { rule: '', source: "import { c } from './c1.ts';\nexport const d = () => c;" },
};

interface Report {
  summary: { totalCruised: number; violations: { from: string; rule: { name: string } }[] };
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'invarlock-rules-'));
  for (const [file, { source }] of Object.entries(planted)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), source);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cruise(cwd: string, folders: string[]): Report {
  const result = spawnSync(
    path.join(root, 'node_modules/.bin/depcruise'),
    ['--config', path.join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', ...folders],
    {
      cwd,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
    },
  );
  return JSON.parse(result.stdout) as Report;
}

test('every planted import breaks its rule and nothing else breaks one', () => {
  const report = cruise(folder, ['engine', 'server', 'extension']);
  const found = new Map<string, Set<string>>();
  for (const { from, rule } of report.summary.violations)
    found.set(from, (found.get(from) ?? new Set()).add(rule.name));
  for (const [file, { rule }] of Object.entries(planted)) {
    expect([file, [...(found.get(file) ?? [])]]).toEqual([
      file,
      rule === '' ? [] : expect.arrayContaining([rule]),
    ]);
  }
});

test('the rules see the real sources, all of them', () => {
  const report = cruise(root, ['engine', 'server', 'extension']);
  expect(report.summary.violations).toEqual([]);
  expect(report.summary.totalCruised).toBeGreaterThan(80);
});
