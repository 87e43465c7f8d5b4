import { createHash } from 'node:crypto';
import path from 'node:path';
import { hashFile } from '../artifacts/write-checkpoint.ts';
import { InvarLockError } from '../core/errors.ts';
import { writeFailure } from '../core/write-failure.ts';
import type { HubNetwork } from './hub-ports.ts';
import type { HubSettings } from './hub-settings.ts';
import { asDigest, type ListedFile } from './listing.ts';
import { claimPartial, type PartialFile } from './partial-file.ts';
import type { HubRepository } from './repository.ts';
import {
  type HubAnswer,
  mostAttempts,
  reasonOf,
  sendRequest,
  throwIfCancelled,
  unreachable,
} from './send-request.ts';

export interface BlobRequest {
  readonly repository: HubRepository;
  readonly commit: string;
  readonly file: ListedFile;
  /** Folder of the blobs. */
  readonly blobs: string;
  /** What may still be downloaded, when the hub does not say how large the file is. */
  readonly maximumBytes: number;
}

/** So much is kept in memory before it is written. */
const chunkBytes = 4 << 20;

/**
 * Downloads the content of one file into the blobs, under the name of its checksum, and returns that path. Goes on where an
 * earlier download stopped; what comes out must have the checksum that the hub promised, or nothing is kept (H815).
 */
export async function fetchBlob(
  network: HubNetwork,
  settings: HubSettings,
  request: BlobRequest,
): Promise<string> {
  const { files } = network;
  const { blobs, file } = request;
  const digest = file.sha256 ?? file.gitSha1 ?? (await promisedDigest(network, settings, request));
  const blob = path.join(blobs, digest);
  const known = await files.facts(blob);
  if (known?.kind === 'file' && (file.sizeBytes === undefined || known.sizeBytes === file.sizeBytes))
    return blob;
  await files.createFolder(blobs);
  const partial = await claimPartial(network, blobs, digest);
  let isKept = false;
  try {
    for (let isSecond = false; ; isSecond = true) {
      const wasResumed = (await partial.sizeBytes()) > 0;
      await fill(network, settings, request, partial);
      if (await hasDigest(network, partial, digest)) break;
      await partial.clear();
      // A part of another download may have been wrong; a whole one is judged.
      if (!wasResumed || isSecond) throw wrongChecksum(request, digest, settings);
    }
    await place(network, partial, blob);
    isKept = true;
    return blob;
  } catch (error) {
    if (error instanceof InvarLockError) throw error;
    throw writeFailure(partial.file, error);
  } finally {
    if (!isKept) await partial.release();
  }
}

/** Reads the rest of the file, however often the connection breaks off on the way. */
async function fill(
  network: HubNetwork,
  settings: HubSettings,
  request: BlobRequest,
  partial: PartialFile,
): Promise<void> {
  const { file, maximumBytes } = request;
  const what = nameOf(request);
  let failures = 0;
  for (;;) {
    let offset = await partial.sizeBytes();
    if (file.sizeBytes !== undefined && offset > file.sizeBytes) {
      await partial.clear();
      offset = 0;
    }
    if (offset > 0 && offset === file.sizeBytes) return;
    const answer = await sendRequest(network, settings, {
      path: resolvePath(request),
      what,
      headers: { 'accept-encoding': 'identity', ...(offset > 0 && { range: `bytes=${offset}-` }) },
      expected: [416],
    });
    const goesOn = offset > 0 && answer.status === 206 && rangeStart(answer) === offset;
    if (answer.status === 416 || (answer.status === 206 && !goesOn)) {
      answer.discard();
      failures += 1;
      if (failures >= mostAttempts)
        throw unreachable(new URL(settings.endpoint), what, 'it sends other parts than were asked for');
      await partial.clear();
      continue;
    }
    if (!goesOn && offset > 0) {
      // The server sends everything again.
      await partial.clear();
      offset = 0;
    }
    const limit = file.sizeBytes ?? maximumBytes;
    const end = await copyBody(network, request, answer, { partial, offset, limit });
    if (end.problem === undefined) return;
    failures = end.sizeBytes > offset ? 1 : failures + 1;
    if (failures >= mostAttempts) throw unreachable(new URL(settings.endpoint), what, end.problem);
    throwIfCancelled(network);
    await network.wait(500 * failures, network.cancelled);
  }
}

/** Writes what comes; says what was wrong when less came than should. */
async function copyBody(
  network: HubNetwork,
  request: BlobRequest,
  { body, headers, discard }: HubAnswer,
  {
    partial,
    offset,
    limit,
  }: { readonly partial: PartialFile; readonly offset: number; readonly limit: number },
): Promise<{ readonly sizeBytes: number; readonly problem: string | undefined }> {
  const { file, repository } = request;
  const length = headers['content-length'];
  const announced = length !== undefined && /^\d{1,15}$/u.test(length) ? offset + Number(length) : undefined;
  const totalBytes = file.sizeBytes ?? announced;
  let sizeBytes = offset;
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const flush = async () => {
    if (pendingBytes > 0) await partial.append(Buffer.concat(pending));
    pending = [];
    pendingBytes = 0;
    network.onProgress({ repository: repository.id, file: file.path, doneBytes: sizeBytes, totalBytes });
  };
  let problem: string | undefined;
  const reader = body[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await reader.next();
    } catch (error) {
      problem = reasonOf(error);
      break;
    }
    if (next.done) break;
    const part = next.value;
    sizeBytes += part.length;
    if (sizeBytes > limit) {
      discard();
      await partial.clear();
      throw tooLarge(request, limit);
    }
    pending.push(part);
    pendingBytes += part.length;
    if (pendingBytes >= chunkBytes) await flush();
  }
  await flush();
  throwIfCancelled(network);
  if (problem === undefined && totalBytes !== undefined && sizeBytes < totalBytes)
    problem = 'the connection broke off';
  return { sizeBytes, problem };
}

function rangeStart({ headers }: HubAnswer): number | undefined {
  const start = /^bytes (\d{1,15})-/u.exec(headers['content-range'] ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

async function hasDigest({ files }: HubNetwork, partial: PartialFile, digest: string): Promise<boolean> {
  const sizeBytes = await partial.sizeBytes();
  if (sizeBytes === 0) await partial.append(new Uint8Array());
  if (digest.length === 64) return (await hashFile(files, partial.file)) === digest;
  const hash = createHash('sha1').update(`blob ${sizeBytes}\0`);
  for (let offset = 0; offset < sizeBytes; offset += chunkBytes) {
    hash.update(await files.readBytes(partial.file, { offset, length: chunkBytes }));
  }
  return hash.digest('hex') === digest;
}

/** Of a hub whose list has no checksums: what it says beside the file itself. */
async function promisedDigest(
  network: HubNetwork,
  settings: HubSettings,
  request: BlobRequest,
): Promise<string> {
  const what = nameOf(request);
  const answer = await sendRequest(network, settings, { path: resolvePath(request), what });
  answer.discard();
  const { 'x-linked-etag': linked, etag } = answer.ownHeaders;
  const text = (linked ?? etag ?? '').replace(/^W\//u, '').replaceAll('"', '');
  const digest = asDigest(text, 64) ?? asDigest(text, 40);
  if (digest !== undefined) return digest;
  const message = `${settings.endpoint} says no checksum of ${what}, so nobody could tell whether it arrives whole. Check HF_ENDPOINT.`;
  throw new InvarLockError('H813', message);
}

async function place({ files }: HubNetwork, partial: PartialFile, blob: string): Promise<void> {
  try {
    await files.rename(partial.file, blob);
  } catch (error) {
    // Somebody else was quicker, and has it open where that keeps it from being replaced. The content is the same.
    if ((await files.facts(blob))?.kind !== 'file') throw error;
    await partial.clear();
  }
}

function resolvePath({ repository, commit, file }: BlobRequest): string {
  const prefix = repository.kind === 'datasets' ? '/datasets' : '';
  const name = file.path.split('/').map(encodeURIComponent).join('/');
  return `${prefix}/${repository.id}/resolve/${commit}/${name}`;
}

function nameOf({ repository, file }: BlobRequest): string {
  return `${file.path} of ${repository.id}`;
}

function wrongChecksum(request: BlobRequest, digest: string, { endpoint }: HubSettings): InvarLockError {
  const message = `${nameOf(request)} from ${endpoint} does not have the checksum that was promised (${digest.slice(0, 12)}…), so it was thrown away. Try again; if it stays so, whoever delivers it changes files.`;
  return new InvarLockError('H815', message, { details: { expected: digest } });
}

function tooLarge(request: BlobRequest, limit: number): InvarLockError {
  const message =
    request.file.sizeBytes === undefined
      ? `${nameOf(request)} is larger than ${Math.round(limit / 1e6)} MB, which is all that may be downloaded. Raise INVARLOCK_MAX_DOWNLOAD_GB.`
      : `${nameOf(request)} is longer than the ${limit} bytes that the hub lists. It was thrown away.`;
  return new InvarLockError(request.file.sizeBytes === undefined ? 'H816' : 'H815', message);
}
