import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { awaited } from './awaited.ts';
import type { CheckName } from './check-names.ts';

type Check = (folder: vscode.Uri) => Promise<void>;

/** What the tests outside can only see as pixels: lists of diagnostics, edits, tasks and how they end. */
export const checks: Readonly<Record<CheckName, Check>> = {
  "somebody else's YAML starts no server": async (folder) => {
    const extension = vscode.extensions.getExtension<{ isServerStarted(): boolean }>('invarlock.invarlock');
    assert.ok(extension);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'compose.yaml'));
    const { isServerStarted } = await extension.activate();
    assert.equal(isServerStarted(), false);
    await openMisspelt(folder);
    assert.equal(isServerStarted(), true);
  },

  'a misspelt key is an error with a code, at the key': async (folder) => {
    const { document, diagnostic } = await openMisspelt(folder);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.match(diagnostic.message, /seq_length.*seq_len/su);
    assert.equal(document.getText(diagnostic.range), 'seq_length');
    assert.match(codeOf(diagnostic), /^C\d{3}$/u);
  },

  'the quick fix renames the key and the error goes': async (folder) => {
    const { document, diagnostic } = await openMisspelt(folder);
    const ask = () =>
      vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        diagnostic.range,
        vscode.CodeActionKind.QuickFix.value,
      );
    // VS Code answers with nothing when another extension's provider registers meanwhile; the light bulb asks again, too.
    let actions = await ask();
    for (let more = 0; more < 5 && actions.length === 0; more++) actions = await ask();
    const fix = actions.find((action) => action.title.includes('seq_len'));
    assert.ok(fix?.edit, `no fix among ${JSON.stringify(actions.map((action) => action.title))}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await diagnosticsOf(document.uri, (list) => errorsIn(list).length === 0);
    assert.match(document.getText(), /^ {2}seq_len: 128$/mu);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  },

  'the task provider offers certify for the configuration and doctor': async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'invarlock' });
    const names = tasks.map((task) => task.name);
    assert.ok(names.includes('certify pair.yaml'), names.join(', '));
    assert.ok(names.includes('doctor'), names.join(', '));
  },

  'a task of tasks.json is resolved and runs': async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'invarlock' });
    const task = tasks.find(
      (candidate) => candidate.source === 'Workspace' && candidate.name === 'check the machine',
    );
    assert.ok(task, tasks.map(({ source, name }) => `${source}: ${name}`).join(', '));
    assert.equal(await exitCodeOf(task), 0);
  },

  'a certify task ends with 0 and its certificate opens in the panel': async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'invarlock' });
    const task = tasks.find((candidate) => candidate.name === 'certify pair.yaml');
    assert.ok(task);
    assert.equal(await exitCodeOf(task), 0);
    const tab = await awaited('the certificate tab', vscode.window.tabGroups.onDidChangeTabs, () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .find(
          ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'invarlock.certificate',
        ),
    );
    assert.equal(tab.label, 'evaluation.cert.json');
  },

  'a certify task whose input is missing ends with 2': async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'invarlock' });
    const task = tasks.find((candidate) => candidate.name === 'certify missing-model.yaml');
    assert.ok(task);
    assert.equal(await exitCodeOf(task), 2);
  },

  'what the doctor measured stands on the line that causes it, and goes when the line changes': async (
    folder,
  ) => {
    const uri = vscode.Uri.joinPath(folder, 'cut.yaml');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const cut = (list: readonly vscode.Diagnostic[]) => list.filter((one) => codeOf(one) === 'M222');
    await vscode.commands.executeCommand('invarlock.runDoctor', uri.toString());
    const list = await diagnosticsOf(uri, (diagnostics) => cut(diagnostics).length > 0);
    const [finding] = cut(list);
    assert.equal(finding?.source, 'invarlock doctor');
    assert.equal(document.getText(finding?.range), 'models/cut');
    const places = list.map((one) => `${codeOf(one)} ${one.range.start.line}:${one.range.start.character}`);
    assert.deepEqual(places, [...new Set(places)]);

    const line = finding?.range.start.line ?? 0;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, document.lineAt(line).range.end, ' # cut off');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await diagnosticsOf(uri, (diagnostics) => cut(diagnostics).length === 0);
    assert.ok(await document.save());
    await diagnosticsOf(uri, (diagnostics) => cut(diagnostics).length > 0);
  },

  'a tampered certificate has its finding in the text': async (folder) => {
    const original = await vscode.workspace.fs.readFile(
      vscode.Uri.joinPath(folder, 'reports/evaluation.cert.json'),
    );
    const certificate = JSON.parse(new TextDecoder().decode(original));
    certificate.primary_metric.ratio_vs_baseline = 0.5;
    const uri = vscode.Uri.joinPath(folder, 'tampered.cert.json');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(certificate, null, 2)));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const list = await diagnosticsOf(uri, (diagnostics) => errorsIn(diagnostics).length > 0);
    assert.ok(errorsIn(list).every((diagnostic) => codeOf(diagnostic) !== ''));
  },
};

async function openMisspelt(folder: vscode.Uri) {
  const uri = vscode.Uri.joinPath(folder, 'misspelt.yaml');
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  const list = await diagnosticsOf(uri, (diagnostics) => errorsIn(diagnostics).length > 0);
  const diagnostic = errorsIn(list).find(({ message }) => message.includes('seq_length'));
  assert.ok(diagnostic, list.map(({ message }) => message).join('\n'));
  return { document, diagnostic };
}

function diagnosticsOf(
  uri: vscode.Uri,
  isEnough: (list: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return awaited(`diagnostics of ${uri.path}`, vscode.languages.onDidChangeDiagnostics, () => {
    const list = vscode.languages.getDiagnostics(uri);
    return isEnough(list) ? list : undefined;
  });
}

function errorsIn(list: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
  return list.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}

async function exitCodeOf(task: vscode.Task): Promise<number | undefined> {
  let ended: vscode.TaskProcessEndEvent | undefined;
  const subscription = vscode.tasks.onDidEndTaskProcess((event) => {
    if (event.execution.task.name === task.name) ended = event;
  });
  try {
    await vscode.tasks.executeTask(task);
    const event = await awaited(`the end of ${task.name}`, vscode.tasks.onDidEndTaskProcess, () => ended);
    return event.exitCode;
  } finally {
    subscription.dispose();
  }
}
