import path from 'node:path';
import * as vscode from 'vscode';
import { readSettings } from '../settings.ts';
import { looksLikeCertifyConfig } from '../tasks/looks-like-certify-config.ts';
import { type DoctorChild, startDoctor } from './doctor-child.ts';
import { type MeasuredFinding, readDoctorReport } from './doctor-report.ts';
import { notShownYet } from './not-shown-yet.ts';
import { stillMeasured } from './still-measured.ts';

/** What the doctor measured, on the lines that cause it. */
export interface MeasuredDiagnostics extends vscode.Disposable {
  /** Runs the doctor on a configuration that lies on the disk; a run that is still going on is cancelled. */
  check(config: vscode.Uri, args?: readonly string[]): Promise<void>;
}

const SOURCE = 'invarlock doctor';
const SERVER_SOURCE = 'invarlock';
// "Save all" and formatters save twice; one run is enough.
const GATHER_MS = 500;

interface Checked {
  /** What runs, or waits to run. */
  child: DoctorChild | undefined;
  timer: NodeJS.Timeout | undefined;
  /** By the URI of the file that they are about: includes have findings too. */
  findings: Map<string, readonly MeasuredFinding[]>;
}

export function measuredDiagnostics(cliPath: string, log: vscode.LogOutputChannel): MeasuredDiagnostics {
  const collection = vscode.languages.createDiagnosticCollection('invarlock-doctor');
  /** By the URI of the configuration. */
  const checked = new Map<string, Checked>();

  async function check(config: vscode.Uri, args: readonly string[] = []): Promise<void> {
    if (!vscode.workspace.isTrusted || config.scheme !== 'file') return;
    const own = stopped(config);
    const { nodePath, allowNetwork } = readSettings(config);
    const folder = vscode.workspace.getWorkspaceFolder(config);
    const workingFolder = folder?.uri.fsPath ?? path.dirname(config.fsPath);
    const problem = (text: string) => log.warn(`The doctor said nothing about ${config.fsPath}: ${text}`);
    const start = { cliPath, workingFolder, nodePath, allowNetwork };
    const child = startDoctor(start, ['-c', config.fsPath, ...args], problem);
    own.child = child;
    const output = await child.output;
    // A newer run, an edit or the end of the editor may have come in between.
    if (own.child !== child) return;
    own.child = undefined;
    const findings = output === undefined ? undefined : readDoctorReport(output);
    if (!findings) return;
    const before = [...own.findings.keys()];
    own.findings = byUri(findings);
    show([...before, ...own.findings.keys()]);
  }

  /** The state of a configuration, with nothing running. */
  function stopped(config: vscode.Uri): Checked {
    const key = config.toString();
    const own = checked.get(key) ?? { child: undefined, timer: undefined, findings: new Map() };
    checked.set(key, own);
    clearTimeout(own.timer);
    own.child?.cancel();
    own.child = undefined;
    return own;
  }

  function checkSoon(config: vscode.Uri): void {
    const own = stopped(config);
    own.timer = setTimeout(() => void check(config), GATHER_MS);
  }

  function saved(document: vscode.TextDocument): void {
    const { uri, languageId } = document;
    if (!vscode.workspace.isTrusted || !readSettings(uri).doctorOnSave) return;
    if (languageId === 'yaml' && uri.scheme === 'file' && looksLikeCertifyConfig(document.getText()))
      checkSoon(uri);
    // A file that is included by others has changed what was measured about them.
    for (const [config, { findings }] of checked) {
      if (config !== uri.toString() && findings.has(uri.toString())) checkSoon(vscode.Uri.parse(config));
    }
  }

  function changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const uri = document.uri.toString();
    const own = checked.get(uri);
    // What runs now read the text of before.
    if (own?.child) stopped(document.uri);
    let isAffected = false;
    for (const { findings } of checked.values()) {
      const list = findings.get(uri);
      if (!list || list.length === 0) continue;
      isAffected = true;
      findings.set(
        uri,
        contentChanges.reduce((left, change) => stillMeasured(left, lineChange(change)), list),
      );
    }
    if (isAffected) show([uri]);
  }

  function closed({ uri }: vscode.TextDocument): void {
    const key = uri.toString();
    const own = checked.get(key);
    if (!own) return;
    stopped(uri);
    checked.delete(key);
    show([...own.findings.keys()]);
  }

  /** Sets what is shown of some files, after a run or when the server has changed what it shows. */
  function show(uris: readonly string[]): void {
    for (const name of new Set(uris)) {
      const uri = vscode.Uri.parse(name);
      const all = [...checked.values()].flatMap(({ findings }) => findings.get(name) ?? []);
      const shown = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === SERVER_SOURCE);
      const wanted = notShownYet(
        all,
        shown.map(({ code, range }) => ({ code: codeOf(code), start: range.start })),
      ).map(toDiagnostic);
      // Setting what is set already would be heard as a change again, and so on.
      if (JSON.stringify(wanted) !== JSON.stringify(collection.get(uri) ?? [])) collection.set(uri, wanted);
    }
  }

  const subscriptions = vscode.Disposable.from(
    collection,
    vscode.workspace.onDidSaveTextDocument(saved),
    vscode.workspace.onDidChangeTextDocument(changed),
    vscode.workspace.onDidCloseTextDocument(closed),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const known = new Set([...checked.values()].flatMap(({ findings }) => [...findings.keys()]));
      show(uris.map((uri) => uri.toString()).filter((uri) => known.has(uri)));
    }),
  );
  return {
    check,
    dispose() {
      for (const config of checked.keys()) stopped(vscode.Uri.parse(config));
      subscriptions.dispose();
    },
  };
}

function byUri(findings: readonly MeasuredFinding[]): Map<string, readonly MeasuredFinding[]> {
  return Map.groupBy(findings, ({ place }) => vscode.Uri.file(place.file).toString());
}

function lineChange({ range, text }: vscode.TextDocumentContentChangeEvent) {
  const lineBreaks = text.split(/\r\n|\r|\n/u).length - 1;
  return { startLine: range.start.line, endLine: range.end.line, lineBreaks };
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
} as const;

function toDiagnostic({ code, severity, message, docs, place }: MeasuredFinding): vscode.Diagnostic {
  const { start, end } = place;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const diagnostic = new vscode.Diagnostic(range, message, severities[severity]);
  diagnostic.source = SOURCE;
  diagnostic.code = docs === undefined ? code : { value: code, target: vscode.Uri.parse(docs) };
  return diagnostic;
}

function codeOf(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}
