import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExampleWorkspace, makeExampleWorkspace } from './support/example-workspace.ts';
import { Workbench } from './support/workbench.ts';

const panelClasses = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high-contrast': 'vscode-high-contrast',
} as const;

describe('certifying an edited model from the editor', () => {
  let workspace: ExampleWorkspace;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = makeExampleWorkspace({ models: true });
    // Quick open lists what there was when it first looked.
    workspace.write('changing.cert.json', '{}');
    workbench = await Workbench.open({ workspace: workspace.folder });
  });

  beforeEach((context) => workbench.pictureOnFailure(context));

  afterAll(async () => {
    await workbench?.close();
    workspace?.remove();
  });

  it('runs the task, shows progress, and opens the certificate with its verdict', async () => {
    const { page } = workbench;
    await workbench.runCommandAndChoose('Tasks: Run Task', /invarlock/u);
    await workbench.choose(/certify pair\.yaml/u);
    const progress = page.locator('.statusbar').getByText(/InvarLock: certify: .*\d+\/\d+ windows/u);
    await progress.first().waitFor();
    await workbench.screenshot('certify-running-dark');

    const panel = workbench.panel();
    const verdict = panel.getByRole('heading', { level: 1 });
    await verdict.waitFor();
    expect(await verdict.textContent()).toContain('PASS');
    await workbench.runCommand('View: Hide Panel');
    expect(await panel.getByRole('table').count()).toBeGreaterThan(0);
    expect(await panel.getByRole('img').count()).toBe(1);
  });

  it('says of each guard what it found', async () => {
    const text = (await workbench.panel().locator('main').textContent()) ?? '';
    for (const guard of ['invariants', 'spectral', 'rmt', 'variance'])
      expect(text.toLowerCase()).toContain(guard);
    expect(text).toContain('16 of 52 weights differ from the baseline');
    expect(text.toUpperCase()).not.toContain('NOT EVALUATED');
  });

  it('follows the theme', async () => {
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.panel().locator(`body.${panelClasses[theme]}`).waitFor();
      await workbench.screenshot(`certificate-pass-${theme}`);
    }
  });

  it('verifies the certificate it shows', async () => {
    await workbench.runCommand('InvarLock: Verify Certificate');
    await workbench.terminalText(/Verified: the certificate agrees with itself\./u);
    await workbench.screenshot('verify-dark');
  });

  it('runs doctor', async () => {
    await workbench.openFile('pair.yaml');
    await workbench.runCommand('InvarLock: Run Doctor');
    await workbench.terminalText(/Nothing stands in the way of a run\./u);
    await workbench.screenshot('doctor-dark');
  });

  it('shows a tampered certificate with its finding, in the panel and in the text', async () => {
    const original = readFileSync(path.join(workspace.folder, 'reports/evaluation.cert.json'), 'utf8');
    const certificate = JSON.parse(original);
    certificate.primary_metric.ratio_vs_baseline = 0.5;
    certificate.meta.model_id = '<img src="x">';
    workspace.write('tampered.cert.json', JSON.stringify(certificate, null, 2));
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommandAndChoose('InvarLock: Show Certificate', /tampered\.cert\.json/u);
    const panel = workbench.panel();
    const finding = panel.getByRole('list', { name: 'Findings' }).getByRole('listitem').first();
    await finding.waitFor();
    expect(await finding.textContent()).toMatch(/[A-Z]\d{3}/u);
    expect(await panel.getByRole('heading', { level: 1 }).textContent()).not.toContain('PASS');
    // What a certificate says is shown as it is written, never read as markup.
    await panel.getByText('<img src="x">', { exact: true }).waitFor();
    expect(await panel.locator('main img').count()).toBe(0);
    await workbench.screenshot('certificate-tampered-dark');

    await finding.getByRole('button', { name: /in the text/u }).click();
    await workbench.squiggles().first().waitFor();
    await workbench.screenshot('certificate-tampered-text-dark');
  });

  it('updates the panel when the file changes', async () => {
    const original = readFileSync(path.join(workspace.folder, 'reports/evaluation.cert.json'), 'utf8');
    workspace.write('changing.cert.json', original.slice(0, original.length / 2));
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('changing.cert.json');
    const verdict = workbench.panel().getByRole('heading', { level: 1 });
    await verdict.waitFor();
    expect(await verdict.textContent()).not.toContain('PASS');
    workspace.write('changing.cert.json', original);
    await workbench.panel().getByRole('heading', { level: 1, name: 'PASS' }).waitFor();
  });
});
