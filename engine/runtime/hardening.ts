import { spawn } from 'node:child_process';

/** What can stand between the engine child and the rest of the machine; `docs/engine.md` says what each one stops. */
export const hardeningLayers = [
  'clean_environment',
  'module_guard',
  'node_permissions',
  'network_namespace',
  'memory_limit',
] as const;
export type HardeningLayer = (typeof hardeningLayers)[number];

/** The layers of a machine that are not simply there: each was tried. */
export interface AvailableHardening {
  /** Linux lets this user make a network namespace without a network. */
  readonly networkNamespace: boolean;
  /** The flag that switches the permission model of this Node on; undefined where there is none. */
  readonly permissionFlag: string | undefined;
}

export const noHardening: AvailableHardening = { networkNamespace: false, permissionFlag: undefined };

const tried = new Map<string, Promise<AvailableHardening>>();

/** Tries the layers once per program that the child would run on. */
export function availableHardening(execPath: string, platform: string): Promise<AvailableHardening> {
  const known = tried.get(execPath);
  if (known) return known;
  const trial = tryLayers(execPath, platform);
  tried.set(execPath, trial);
  return trial;
}

/** Makes a user and a network namespace of their own: no interface but a loopback that is down. */
export const namespaceCommand = ['unshare', '-U', '-r', '-n', '--'] as const;

/** Silences the warning that addons could undo the permission model: that is known, and stderr is kept for crashes. */
export const quietFlag = '--disable-warning=SecurityWarning';

async function tryLayers(execPath: string, platform: string): Promise<AvailableHardening> {
  const [command, ...rest] = [...namespaceCommand, 'true'] as const;
  const [networkNamespace, permissionFlag] = await Promise.all([
    platform === 'linux' && succeeds(command, rest),
    findPermissionFlag(execPath),
  ]);
  return { networkNamespace, permissionFlag };
}

/** Node has the permission model under this name since 22.13; Electron may not have it at all. */
async function findPermissionFlag(execPath: string): Promise<string | undefined> {
  const check = 'process.exit(process.permission.has("fs.write") || process.permission.has("child") ? 1 : 0)';
  const flag = '--permission';
  return (await succeeds(execPath, [flag, '--allow-addons', quietFlag, '-e', check])) ? flag : undefined;
}

function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { stdio: 'ignore', env: probeEnvironment(), timeout: 20_000 });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

function probeEnvironment(): Record<string, string> {
  const { PATH, ELECTRON_RUN_AS_NODE } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(ELECTRON_RUN_AS_NODE === undefined ? {} : { ELECTRON_RUN_AS_NODE }),
  };
}
