import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { realpathSync } from 'node:fs';
import inspector from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

const refusal = 'INVARLOCK_CLOSED';

/**
 * Closes what the engine child never needs: connections, servers, name lookups, other processes, workers, the debugger,
 * raw bindings, and every native addon but one. What is built on them (http, http2, tls, fetch, WebSocket) is closed
 * with them. Messages to the parent use a channel that is open already, and go on working.
 *
 * This stops mistakes and injected JavaScript, not native code: that is what a namespace without a network is for.
 */
export function closeDoors(addonFile: string): void {
  const listed: readonly (readonly [object, readonly string[]])[] = [
    [net.Socket.prototype, ['connect']],
    // `listen` ends in `_listen2`, and both end in a handle: each can be reached without the one before it.
    [net.Server.prototype, ['listen', '_listen2']],
    [net, ['_createServerHandle']],
    [dgram, ['createSocket']],
    [dgram.Socket.prototype, ['bind', 'connect', 'send']],
    [dns, functionsOf(dns)],
    [dns.promises, functionsOf(dns.promises)],
    [childProcess, functionsOf(childProcess)],
    [childProcess.ChildProcess.prototype, ['spawn']],
    [workerThreads, ['Worker']],
    [inspector, ['open']],
    [process, ['binding', '_linkedBinding', '_debugProcess', 'kill']],
  ];
  for (const [owner, names] of listed) for (const name of names) close(owner, name);
  allowOneAddon(addonFile);
  // Named imports of built-in modules are bindings of their own.
  syncBuiltinESMExports();
}

/** Whether a connection attempt from JavaScript is refused: tried, not assumed. */
export function doorsAreClosed(): boolean {
  try {
    // Port 9 (discard) of this machine: nothing is sent even if the attempt were to get through.
    new net.Socket()
      .on('error', () => undefined)
      .connect(9, '127.0.0.1')
      .destroy();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === refusal;
  }
}

function close(owner: object, name: string): void {
  const closed = function closed(): never {
    throw Object.assign(new Error(`${name} is closed in the engine process.`), { code: refusal });
  };
  Object.defineProperty(owner, name, {
    value: closed,
    writable: false,
    configurable: false,
    enumerable: true,
  });
}

/** By its real path: a file name could be anything's. */
function allowOneAddon(addonFile: string): void {
  const allowed = realpathSync(addonFile);
  const { dlopen } = process;
  const guarded = (module: object, file: string, flags?: number): void => {
    if (realpathSync(file) !== allowed) {
      throw Object.assign(new Error('Native addons are closed in the engine process.'), { code: refusal });
    }
    dlopen.call(process, module, file, ...(flags === undefined ? [] : [flags]));
  };
  Object.defineProperty(process, 'dlopen', { value: guarded, writable: false, configurable: false });
}

function functionsOf(owner: object): string[] {
  return Object.entries(owner)
    .filter(([name, value]) => typeof value === 'function' && name !== 'ChildProcess')
    .map(([name]) => name);
}
