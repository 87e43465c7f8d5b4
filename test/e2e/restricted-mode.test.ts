import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExampleWorkspace, makeExampleWorkspace, pairConfig } from './support/example-workspace.ts';
import { Workbench } from './support/workbench.ts';

describe('a workspace that is not trusted', () => {
  let workspace: ExampleWorkspace;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = makeExampleWorkspace({ models: false });
    workspace.write('misspelt.yaml', pairConfig.replace('seq_len:', 'seq_length:'));
    workbench = await Workbench.open({ workspace: workspace.folder, isRestricted: true });
  });

  beforeEach((context) => workbench.pictureOnFailure(context));

  afterAll(async () => {
    await workbench?.close();
    workspace?.remove();
  });

  it('has its configuration checked', async () => {
    await workbench.openFile('misspelt.yaml');
    await workbench.squiggles().first().waitFor();
  });

  it('offers no command that runs something', async () => {
    await workbench.quickInput('F1', '>InvarLock:');
    const list = workbench.page.locator('.quick-input-list');
    await list.getByRole('option', { name: /^InvarLock: Show Certificate/u }).waitFor();
    expect(await list.getByRole('option', { name: /^InvarLock: (?:Certify|Verify|Run)/u }).count()).toBe(0);
    await workbench.screenshot('restricted-mode-dark');
    await workbench.page.keyboard.press('Escape');
    expect(existsSync(path.join(workspace.folder, 'runs'))).toBe(false);
  });
});
