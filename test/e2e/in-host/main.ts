import { renameSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { checkNames } from './check-names.ts';
import { checks } from './checks.ts';

export interface CheckResult {
  readonly name: string;
  readonly error: string | undefined;
}

/** In code-server: runs the checks when the window is up and writes what came of them to a file. */
export async function activate(): Promise<void> {
  const file = process.env.INVARLOCK_IN_HOST_RESULTS;
  if (!file) return;
  // Whoever waits for the file must never see half of it.
  writeFileSync(`${file}.part`, JSON.stringify(await runChecks()));
  renameSync(`${file}.part`, file);
}

/** Under @vscode/test-electron: fails when a check fails. */
export async function run(): Promise<void> {
  const results = await runChecks();
  for (const { name, error } of results)
    process.stdout.write(`${error ? `FAIL ${name}\n${error}` : `ok   ${name}`}\n`);
  if (results.some(({ error }) => error)) throw new Error('a check inside the extension host failed');
}

async function runChecks(): Promise<CheckResult[]> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return [{ name: 'a workspace folder is open', error: 'there is none' }];
  const results: CheckResult[] = [];
  for (const name of checkNames) {
    try {
      await checks[name](folder);
      results.push({ name, error: undefined });
    } catch (error) {
      results.push({ name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  return results;
}
