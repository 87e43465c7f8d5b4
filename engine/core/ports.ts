/**
 * What the engine needs from the world. The core takes these as arguments; the shells (CLI, server, tests) pass
 * implementations in. `engine/core/node-files.ts` and `engine/cli/node-ports.ts` are the ones for Node.
 */

export interface Clock {
  /** Wall clock, for timestamps in evidence (all of them marked volatile). */
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  monotonicMs(): number;
}

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly sizeBytes: number;
  /** Names that the file has on its disk, where the platform says it. */
  readonly linkCount?: number;
  /** Equal as long as it is the same file and, as far as the platform tells, has not changed. */
  readonly identity?: string;
}

/** A file that was opened once: its facts and its bytes belong together, whatever its name means by now. */
export interface OpenFile {
  readonly facts: FileFacts;
  /** Fewer bytes where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Reading. Paths are absolute. Every method rejects with the platform's error (`code: 'ENOENT'` and so on). */
export interface FileReader {
  readBytes(path: string, range?: { offset: number; length: number }): Promise<Uint8Array>;
  /** Undefined when nothing is there. Follows symbolic links. */
  facts(path: string): Promise<FileFacts | undefined>;
  /** Names in a folder, sorted by code unit. */
  list(path: string): Promise<readonly string[]>;
  /** The path with every symbolic link resolved. */
  realPath(path: string): Promise<string>;
  /** Opens a real path; rejects with `ELOOP` when a link has taken its place. Never waits, for a pipe for example. */
  open(path: string): Promise<OpenFile>;
}

export interface FileWriter {
  createFolder(path: string): Promise<void>;
  /** Makes one folder in an existing one; false when something of that name is there. Who gets true owns it. */
  claimFolder(path: string): Promise<boolean>;
  /** Writes through a temporary file in the same folder and a rename: a reader sees the old bytes or the new ones. */
  writeAtomic(path: string, content: string | Uint8Array): Promise<void>;
  append(path: string, content: string | Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with its content; silent when it is not there. */
  remove(path: string): Promise<void>;
}

export interface Files extends FileReader, FileWriter {}
