import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** How often the child's memory is looked at. A bomb needs seconds to fill a machine. */
const intervalMs = 500;

/**
 * Calls `onExceeded` once when the child holds more than `limitBytes` gives. This is for systems whose kernel gives a process
 * no limit, and for accelerators, whose drivers reserve address space that such a limit would count.
 *
 * @returns what ends the watch
 */
export function watchMemory(
  pid: number,
  limitBytes: () => number,
  onExceeded: (rssBytes: number) => void,
  readRss: (pid: number) => Promise<number | undefined> = residentBytes,
): () => void {
  let isLooking = false;
  const timer = setInterval(async () => {
    // A slow answer must not pile up others behind it.
    if (isLooking) return;
    isLooking = true;
    const rssBytes = await readRss(pid);
    isLooking = false;
    if (rssBytes === undefined || rssBytes <= limitBytes()) return;
    clearInterval(timer);
    onExceeded(rssBytes);
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Resident memory of a process, told by the kernel or the system's own tool; undefined when neither does. */
export async function residentBytes(
  pid: number,
  platform: string = process.platform,
): Promise<number | undefined> {
  if (platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kibibytes = /^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  }
  const [command, args] =
    platform === 'win32'
      ? ['tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']]
      : ['ps', ['-o', 'rss=', '-p', String(pid)]];
  const output = await outputOf(command as string, args as string[]);
  return output === undefined ? undefined : parseResident(output, platform);
}

/** `ps` prints kibibytes; `tasklist` prints CSV whose last column is kibibytes with separators of thousands. */
export function parseResident(output: string, platform: string): number | undefined {
  const column = platform === 'win32' ? output.trim().split('","').at(-1) : output;
  const digits = column?.replaceAll(/\D/gu, '') ?? '';
  return digits === '' ? undefined : Number(digits) * 1024;
}

function outputOf(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 5000, windowsHide: true }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
}
