import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { codeServerEntry } from '../../../scripts/install-code-server.mjs';
import { root, vsixFile } from './paths.ts';
import { gone, until } from './until.ts';

export interface CodeServerOptions {
  readonly workspace: string;
  readonly theme?: Theme;
  /** Leaves workspace trust on, so that the workspace opens in Restricted Mode. */
  readonly isRestricted?: boolean;
  /** Folders of unpacked extensions to install beside the package, each named `publisher.name-version`. */
  readonly unpackedExtensions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** VS Code's own themes, and the class that each puts on the workbench. */
export const themes = {
  dark: { id: 'Dark Modern', label: 'Dark Modern', className: 'vs-dark' },
  light: { id: 'Light Modern', label: 'Light Modern', className: 'vs' },
  'high-contrast': { id: 'Default High Contrast', label: 'Dark High Contrast', className: 'hc-black' },
} as const;

export type Theme = keyof typeof themes;

export interface CodeServer {
  readonly url: string;
  /** What the server printed so far, for messages of failing tests. */
  output(): string;
  stop(): Promise<void>;
}

// code-server's native modules are built for this Node.
const node = path.join(root, 'node_modules/node/bin/node');

/** Starts VS Code as code-server with the packaged extension installed, in folders of its own. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const home = mkdtempSync(path.join(tmpdir(), 'invarlock-e2e-'));
  const data = path.join(home, 'data');
  const extensions = path.join(home, 'extensions');
  writeSettings(data, options.theme ?? 'dark');
  // Before the package, because the installation writes the list of what there is.
  for (const folder of options.unpackedExtensions ?? [])
    cpSync(folder, path.join(extensions, path.basename(folder)), { recursive: true });
  install(vsixFile, data, extensions);

  const port = await freePort();
  const child = spawn(
    node,
    [
      codeServerEntry(),
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...['--disable-telemetry', '--disable-update-check'],
      ...(options.isRestricted ? [] : ['--disable-workspace-trust']),
      ...['--user-data-dir', data, '--extensions-dir', extensions],
      options.workspace,
    ],
    { env: { ...environment(home), ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = collect(child);
  const stop = async () => {
    child.kill('SIGTERM');
    await gone(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.workspace)}`;
  try {
    await until('code-server to answer', async () => {
      if (child.exitCode !== null) throw new Error(`code-server ended: ${output()}`);
      const response = await fetch(`http://127.0.0.1:${port}/healthz`);
      return response.ok || undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, output, stop };
}

function writeSettings(data: string, theme: Theme): void {
  mkdirSync(path.join(data, 'User'), { recursive: true });
  const settings = {
    'workbench.colorTheme': themes[theme].id,
    // While the window starts, focus moves by itself and would close a list under the test's hands.
    'workbench.quickOpen.closeOnFocusLost': false,
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.commandCenter.enabled': false,
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
    'extensions.ignoreRecommendations': true,
    'extensions.autoUpdate': 'off',
    'window.autoDetectColorScheme': false,
    'terminal.integrated.gpuAcceleration': 'off',
    'git.enabled': false,
  };
  writeFileSync(path.join(data, 'User/settings.json'), JSON.stringify(settings));
}

function install(extension: string, data: string, extensions: string): void {
  const args = ['--install-extension', extension, '--user-data-dir', data, '--extensions-dir', extensions];
  const result = spawnSync(node, [codeServerEntry(), ...args], {
    encoding: 'utf8',
    env: environment(path.dirname(data)),
  });
  if (result.status !== 0)
    throw new Error(`${extension} was not installed:\n${result.stdout}${result.stderr}`);
}

/** A home of its own: nothing of the user's settings or certificates gets in, nothing is left behind. */
function environment(home: string): NodeJS.ProcessEnv {
  const { VSCODE_IPC_HOOK_CLI: _hook, ...inherited } = process.env;
  return { ...inherited, HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/share` };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
