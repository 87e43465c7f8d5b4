import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExampleWorkspace, makeExampleWorkspace, pairConfig } from './support/example-workspace.ts';
import { Workbench } from './support/workbench.ts';

describe('a configuration with a misspelt key', () => {
  let workspace: ExampleWorkspace;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = makeExampleWorkspace({ models: true });
    workspace.write('misspelt.yaml', pairConfig.replace('seq_len:', 'seq_length:'));
    workspace.write('other.yaml', 'name: something else\n');
    workbench = await Workbench.open({ workspace: workspace.folder, theme: 'light' });
  });

  beforeEach((context) => workbench.pictureOnFailure(context));

  afterAll(async () => {
    await workbench?.close();
    workspace?.remove();
  });

  it('is underlined and explained', async () => {
    await workbench.openFile('misspelt.yaml');
    await workbench.squiggles().first().waitFor();
    const problems = await workbench.problems();
    const row = problems.filter({ hasText: 'seq_length' }).first();
    await row.waitFor();
    expect(await row.textContent()).toContain('seq_len');
    await workbench.screenshot('config-misspelt-light');
  });

  it('is repaired by the quick fix, and the underline goes', async () => {
    const { page } = workbench;
    const fix = page
      .locator('.action-widget')
      .getByText(/seq_len\b/u)
      .first();
    await workbench.insist(async () => {
      await workbench.runCommand('View: Focus Active Editor Group');
      await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+.');
      await fix.waitFor({ timeout: 10_000 });
    });
    await workbench.screenshot('config-quick-fix-light');
    await fix.click();
    await page
      .locator('.view-line', { hasText: /seq_len:/u })
      .first()
      .waitFor();
    await workbench.squiggles().first().waitFor({ state: 'detached' });
    await workbench.screenshot('config-fixed-light');
  });

  it('shows the Certify button only for files that can be certified', async () => {
    const { page } = workbench;
    const button = page.locator('.editor-actions').getByLabel(/Certify/u);
    await button.waitFor();
    await workbench.openFile('other.yaml');
    await button.waitFor({ state: 'detached' });
    expect(await workbench.squiggles().count()).toBe(0);
  });
});
