import type { Clock, FileReader, Files } from '../core/ports.ts';

/** One answer over HTTP. Who gets it reads the body or discards it. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** Sends one GET and follows nothing. Rejects when there is no answer, and the body when it breaks off. */
export type HttpGet = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  cancelled: AbortSignal,
) => Promise<HttpResponse>;

/** What the cache needs beside plain files. */
export interface HubFiles extends Files {
  /** Makes `link` lead to `target`, by a copy where the system has no links. Silent when `link` is there already. */
  link(target: string, link: string): Promise<void>;
}

/** What downloads need from the world. */
export interface HubNetwork {
  readonly files: HubFiles;
  readonly get: HttpGet;
  readonly clock: Clock;
  /** Resolves after a time, and at once when the signal aborts. */
  readonly wait: (milliseconds: number, cancelled: AbortSignal) => Promise<void>;
  readonly cancelled: AbortSignal;
  /** HF_TOKEN and its older name, which go before the token's file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who writes a partial file, so that another process neither writes to it too nor leaves it lying for ever. */
  readonly owner: {
    readonly host: string;
    readonly pid: number;
    readonly isRunning: (pid: number) => boolean;
  };
  readonly onProgress: (progress: DownloadProgress) => void;
}

export interface DownloadProgress {
  readonly repository: string;
  readonly file: string;
  readonly doneBytes: number;
  /** Undefined when the hub does not say. */
  readonly totalBytes: number | undefined;
}

/** The hub as a caller sees it: the cache, and the network where it is there. */
export interface Hub {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files: FileReader;
  /** Undefined for callers that must not download, such as the doctor. */
  readonly network: HubNetwork | undefined;
}
