import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkNames } from './in-host/check-names.ts';
import type { CheckResult } from './in-host/main.ts';
import { type ExampleWorkspace, makeInHostWorkspace } from './support/example-workspace.ts';
import { buildInHostExtension } from './support/in-host-extension.ts';
import { until } from './support/until.ts';
import { Workbench } from './support/workbench.ts';

describe('inside the extension host', () => {
  const temporary = mkdtempSync(path.join(tmpdir(), 'invarlock-in-host-'));
  let workspace: ExampleWorkspace;
  let workbench: Workbench;
  let results: readonly CheckResult[] = [];

  beforeAll(async () => {
    const file = path.join(temporary, 'results.json');
    workspace = makeInHostWorkspace();
    workbench = await Workbench.open({
      workspace: workspace.folder,
      unpackedExtensions: [await buildInHostExtension(temporary)],
      environment: { INVARLOCK_IN_HOST_RESULTS: file },
    });
    await until('the results of the checks', () => existsSync(file) || undefined, 200_000);
    results = JSON.parse(readFileSync(file, 'utf8'));
  });

  beforeEach((context) => workbench.pictureOnFailure(context));

  afterAll(async () => {
    await workbench?.close();
    workspace?.remove();
    rmSync(temporary, { recursive: true, force: true });
  });

  it.each(checkNames)('%s', (name) => {
    const result = results.find((candidate) => candidate.name === name);
    expect(result).toEqual({ name, error: undefined });
  });
});
