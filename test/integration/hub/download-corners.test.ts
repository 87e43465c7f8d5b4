import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HubNetwork } from '../../../engine/hub/hub-ports.ts';
import { locateModel } from '../../../engine/hub/locate-model.ts';
import { hubClient } from '../../fixtures/hub-client.ts';
import { defaultCommit, gitSha1, type LoopbackHub, serveHub } from '../../fixtures/loopback-hub.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('hub-corners');
const weights = new Uint8Array(40_000).map((_, i) => (i * 11) % 241);
const digest = createHash('sha256').update(weights).digest('hex');
const files = { 'config.json': '{}', 'tokenizer.json': '{"a":1}', 'model.safetensors': weights };

let hub: LoopbackHub;
beforeAll(async () => {
  hub = await serveHub({ 'models/org/one': { files } });
});
afterAll(() => hub.close());

let homes = 0;
function client(environment: Record<string, string> = {}, network: Partial<HubNetwork> = {}) {
  hub.requests.length = 0;
  hub.intercept = undefined;
  homes += 1;
  const home = path.join(folder, `home-${homes}`);
  const own = hubClient(
    home,
    { INVARLOCK_ALLOW_NETWORK: '1', HF_ENDPOINT: hub.endpoint, ...environment },
    network,
  );
  const blobs = path.join(own.cache, 'models--org--one', 'blobs');
  mkdirSync(blobs, { recursive: true });
  return { ...own, home, blobs };
}

const ask = { text: 'org/one', folder: path.join(folder, 'org/one'), onnx: false };
const weightRequests = () => hub.requests.filter((request) => request.path.endsWith('.safetensors'));
const isWhole = (found: string | undefined) =>
  expect(readFileSync(path.join(found ?? '', 'model.safetensors'))).toEqual(Buffer.from(weights));

test('what a process left that was killed is taken up; that of one that runs is not', async () => {
  const owner = { host: 'here', pid: 1, isRunning: (pid: number) => pid !== 77 };
  const { hub: one, blobs } = client({}, { owner });
  writeFileSync(path.join(blobs, `${digest}.here.77.invarlock.incomplete`), weights.subarray(0, 30_000));
  writeFileSync(path.join(blobs, `${digest}.here.78.invarlock.incomplete`), weights.subarray(0, 35_000));
  // Of another machine nobody knows, and the Python library's own may be written to.
  writeFileSync(path.join(blobs, `${digest}.there.77.invarlock.incomplete`), 'x');
  writeFileSync(path.join(blobs, `${digest}.incomplete`), 'x');
  isWhole((await locateModel(one, ask)).value?.folder);
  expect(weightRequests().map(({ range }) => range)).toEqual(['bytes=30000-']);
  expect(readdirSync(blobs).filter((name) => name.includes('incomplete'))).toHaveLength(3);
});

test('parts that were not asked for, and no part at all, begin anew', async () => {
  for (const status of [206, 416]) {
    const { hub: one, blobs } = client();
    writeFileSync(path.join(blobs, `${digest}.invarlock.incomplete`), weights.subarray(0, 5000));
    let answered = 0;
    hub.intercept = (request, response) => {
      if (!request.url?.endsWith('.safetensors') || answered > 0) return false;
      answered += 1;
      response.writeHead(status, { 'content-range': 'bytes 100-39999/40000' }).end(weights.subarray(100));
      return true;
    };
    isWhole((await locateModel(one, ask)).value?.folder);
    expect(weightRequests().map(({ range }) => range)).toEqual(['bytes=5000-', undefined]);
  }
});

test('a part that is as long as the file, and one that is longer', async () => {
  for (const left of [weights, new Uint8Array(50_000)]) {
    const { hub: one, blobs } = client();
    writeFileSync(path.join(blobs, `${digest}.invarlock.incomplete`), left);
    isWhole((await locateModel(one, ask)).value?.folder);
    expect(weightRequests()).toHaveLength(left === weights ? 0 : 1);
  }
});

test('more bytes than were listed are not taken', async () => {
  const { hub: one, blobs } = client();
  hub.intercept = (request, response) => {
    if (!request.url?.endsWith('.safetensors')) return false;
    response.end(Buffer.concat([weights, weights]));
    return true;
  };
  expect((await locateModel(one, ask)).findings).toMatchObject([{ code: 'H815' }]);
  expect(readdirSync(blobs).every((name) => name.length === 40)).toBe(true);
});

test('a list without checksums: those beside the files count, and without them nothing is taken', async () => {
  const { hub: one, blobs } = client();
  const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
  let etag = true;
  hub.intercept = (request, response) => {
    if (request.url?.startsWith('/api/')) response.end(JSON.stringify({ sha: defaultCommit, siblings }));
    else if (etag) return false;
    else response.end('x');
    return true;
  };
  isWhole((await locateModel(one, ask)).value?.folder);
  expect(readdirSync(blobs)).toContain(gitSha1(weights));
  etag = false;
  const other = client();
  hub.intercept = (request, response) => {
    if (request.url?.startsWith('/api/')) response.end(JSON.stringify({ sha: defaultCommit, siblings }));
    else response.end('x');
    return true;
  };
  expect((await locateModel(other.hub, ask)).findings).toMatchObject([{ code: 'H813' }]);
});

test('the token of the file is sent, and one that is none is refused without being repeated', async () => {
  const named = client();
  writeFileSync(path.join(named.home, '.cache/huggingface/token'), 'hf_of_the_file\n');
  await locateModel(named.hub, ask);
  expect(new Set(hub.requests.map(({ token }) => token))).toEqual(new Set(['Bearer hf_of_the_file']));
  const broken = client({ HF_TOKEN: 'hf_zwei zeilen' });
  const { findings } = await locateModel(broken.hub, ask);
  expect(findings).toMatchObject([{ code: 'H805', message: expect.stringContaining('HF_TOKEN') }]);
  expect(JSON.stringify(findings)).not.toContain('zeilen');
  expect(hub.requests).toEqual([]);
});

test('a listing of another commit than was asked for', async () => {
  const { hub: one } = client();
  hub.intercept = (request, response) => {
    if (!request.url?.startsWith('/api/')) return false;
    response.end(JSON.stringify({ sha: 'd'.repeat(40), siblings: [] }));
    return true;
  };
  const named = { ...ask, text: `org/one@${defaultCommit}` };
  expect((await locateModel(one, named)).findings).toMatchObject([{ code: 'H813' }]);
});

test('a cache that cannot be written to', async () => {
  const { hub: one, cache } = client();
  writeFileSync(path.join(cache, 'models--org--one', 'snapshots'), 'a file');
  await expect(locateModel(one, ask)).rejects.toMatchObject({ code: 'U705' });
});
