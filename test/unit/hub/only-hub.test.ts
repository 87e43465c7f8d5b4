import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** What opens a connection without an import that the dependency rules could see. */
const globals =
  /(?<![.\w])(?:fetch\(|(?:new )?(?:WebSocket|EventSource|XMLHttpRequest)\b)|navigator\.sendBeacon/u;

function offenders(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name))
    .filter((file) => !file.startsWith(path.join('engine', 'hub')))
    .filter((file) => globals.test(code(readFileSync(path.join(root, file), 'utf8'))));
}

/** Without comments, which may speak of anything. */
function code(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '');
}

test('nothing beside the hub uses what connects without an import', () => {
  expect(['engine', 'server', 'extension'].flatMap(offenders)).toEqual([]);
});

test('the search finds what it looks for', () => {
  for (const line of ['await fetch(url)', 'new WebSocket(url)', 'navigator.sendBeacon(url)'])
    expect(globals.test(line)).toBe(true);
  for (const line of ['job.fetch(name)', 'prefetch(name)', 'const fetched = 1'])
    expect(globals.test(line)).toBe(false);
});
