import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locateModel } from '../../../engine/hub/locate-model.ts';
import { hubClient } from '../../fixtures/hub-client.ts';
import { defaultCommit, type LoopbackHub, sendFile, serveHub } from '../../fixtures/loopback-hub.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('hub-model');
const token = 'hf_secretsecretsecretsecret';
const weights = new Uint8Array(300_000).map((_, i) => (i * 7) % 251);
const settings = {
  'config.json': '{"model_type":"gpt2"}',
  'tokenizer.json': '{}',
  'tokenizer_config.json': '{}',
};
const index = JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } });

let hub: LoopbackHub;
beforeAll(async () => {
  hub = await serveHub({
    'models/org/one': {
      files: {
        ...settings,
        'model.safetensors': weights,
        'pytorch_model.bin': 'pickle',
        'onnx/model.onnx': 'graph',
        'README.md': '# one',
      },
    },
    'models/org/shards': {
      files: {
        ...settings,
        'model.safetensors.index.json': index,
        'model-1.safetensors': 'first',
        'model-2.safetensors': 'second',
        'other.safetensors': 'not named',
      },
    },
    'models/gpt-old': { files: { ...settings, 'pytorch_model.bin': 'pickle' } },
  });
});
afterAll(() => hub.close());

let homes = 0;
function client(environment: Record<string, string> = {}, network = {}) {
  hub.requests.length = 0;
  hub.intercept = undefined;
  homes += 1;
  const home = path.join(folder, `home-${homes}`);
  const allowed = { INVARLOCK_ALLOW_NETWORK: '1', HF_ENDPOINT: hub.endpoint, HF_TOKEN: token };
  return hubClient(home, { ...allowed, ...environment }, network);
}

const ask = (text: string, onnx = false) => ({ text, folder: path.join(folder, text), onnx });

test('a model is downloaded once, pinned, and found again without the network', async () => {
  const { hub: one, cache, progress, environment } = client();
  const { value, findings } = await locateModel(one, ask('org/one'));
  const root = path.join(cache, 'models--org--one');
  const snapshot = path.join(root, 'snapshots', defaultCommit);
  expect(value).toEqual({
    folder: snapshot,
    hub: { repository: 'org/one', revision: 'main', commit: defaultCommit },
  });
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['H803', 'note']]);
  // Neither the pickle nor the ONNX model, which nobody asked for.
  expect(readdirSync(snapshot)).toEqual([...Object.keys(settings), 'model.safetensors'].sort());
  expect(readFileSync(path.join(root, 'refs', 'main'), 'utf8')).toBe(defaultCommit);
  expect(readFileSync(path.join(snapshot, 'model.safetensors'))).toEqual(Buffer.from(weights));
  expect(readlinkSync(path.join(snapshot, 'model.safetensors'))).toMatch(
    /^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/u,
  );
  expect(readlinkSync(path.join(snapshot, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/u);
  expect(progress.at(-1)).toEqual({
    repository: 'org/one',
    file: 'model.safetensors',
    doneBytes: weights.length,
    totalBytes: weights.length,
  });
  // Everything after the list is asked for at the commit, with the token.
  expect(hub.requests.slice(1).every(({ path: asked }) => asked.includes(`/resolve/${defaultCommit}/`))).toBe(
    true,
  );
  expect(new Set(hub.requests.map(({ token: sent }) => sent))).toEqual(new Set([`Bearer ${token}`]));

  const before = hub.requests.length;
  for (const more of [{}, { HF_HUB_OFFLINE: '1' }, { INVARLOCK_ALLOW_NETWORK: '0' }]) {
    const again = await locateModel({ ...one, environment: { ...environment, ...more } }, ask('org/one'));
    expect(again.value).toEqual(value);
  }
  expect(hub.requests.length).toBe(before);
  // Another revision is another question.
  const other = await locateModel(
    { ...one, environment: { ...environment, INVARLOCK_ALLOW_NETWORK: '' } },
    ask('org/one@v2'),
  );
  expect(other.findings.map(({ code }) => code)).toEqual(['H801']);
});

test('of a sharded model what the index names, and ONNX only when it is asked for', async () => {
  const { hub: one, cache } = client();
  await locateModel(one, ask('org/shards'));
  expect(readdirSync(path.join(cache, 'models--org--shards', 'snapshots', defaultCommit))).toEqual(
    [
      ...Object.keys(settings),
      'model-1.safetensors',
      'model-2.safetensors',
      'model.safetensors.index.json',
    ].sort(),
  );
  const { value } = await locateModel(one, ask('org/one', true));
  expect(readdirSync(value?.folder ?? '')).toContain('onnx');
  expect(readdirSync(value?.folder ?? '')).not.toContain('model.safetensors');
});

test('a connection that breaks off is taken up where it stopped, in this run and in the next', async () => {
  const cut = client();
  let sent = 0;
  hub.intercept = (request, response) => {
    if (!request.url?.endsWith('model.safetensors') || sent >= 2) return false;
    sent += 1;
    const start = Number(/=(\d+)/u.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = start > 0 ? { 'content-range': `bytes ${start}-299999/300000` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': 300_000 - start, ...headers });
    response.write(weights.subarray(start, start + 100_000), () => response.destroy());
    return true;
  };
  const { value } = await locateModel(cut.hub, ask('org/one'));
  expect(readFileSync(path.join(value?.folder ?? '', 'model.safetensors'))).toEqual(Buffer.from(weights));
  const ranges = hub.requests
    .filter(({ path: asked }) => asked.endsWith('model.safetensors'))
    .map(({ range }) => range);
  expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);

  const stopped = client({}, { wait: async () => stopped.cancel.abort() });
  hub.intercept = (request, response) => {
    if (!request.url?.endsWith('model.safetensors')) return false;
    response.writeHead(200, { 'content-length': 300_000 });
    response.write(weights.subarray(0, 100_000), () => response.destroy());
    return true;
  };
  await expect(locateModel(stopped.hub, ask('org/one'))).rejects.toMatchObject({ code: 'U707' });
  const blobs = path.join(stopped.cache, 'models--org--one', 'blobs');
  expect(readdirSync(blobs).filter((name) => name.endsWith('.incomplete'))).toHaveLength(1);
  expect(existsSync(path.join(stopped.cache, 'models--org--one', 'refs'))).toBe(false);
  hub.intercept = undefined;
  hub.requests.length = 0;
  const next = hubClient(stopped.environment.HOME ?? '', stopped.environment);
  expect((await locateModel(next.hub, ask('org/one'))).value?.hub?.commit).toBe(defaultCommit);
  expect(hub.requests.at(-1)?.range).toBe('bytes=100000-');
  expect(readdirSync(blobs).filter((name) => name.endsWith('.incomplete'))).toEqual([]);
});

test('a server that ignores Range, and a part that is of something else', async () => {
  const prepared = client();
  const blobs = path.join(prepared.cache, 'models--org--one', 'blobs');
  const digest = (await import('node:crypto')).createHash('sha256').update(weights).digest('hex');
  mkdirSync(blobs, { recursive: true });
  const left = path.join(blobs, `${digest}.invarlock.incomplete`);
  // What is left is of another file; only the whole one passes.
  writeFileSync(left, 'not the beginning of it');
  const { value } = await locateModel(prepared.hub, ask('org/one'));
  expect(readFileSync(path.join(value?.folder ?? '', 'model.safetensors'))).toEqual(Buffer.from(weights));

  const ignoring = client();
  const own = path.join(ignoring.cache, 'models--org--one', 'blobs');
  mkdirSync(own, { recursive: true });
  writeFileSync(path.join(own, `${digest}.invarlock.incomplete`), weights.subarray(0, 5000));
  hub.intercept = (request, response) => {
    if (!request.url?.endsWith('model.safetensors')) return false;
    response.writeHead(200, { 'content-length': weights.length }).end(weights);
    return true;
  };
  const whole = await locateModel(ignoring.hub, ask('org/one'));
  expect(readFileSync(path.join(whole.value?.folder ?? '', 'model.safetensors'))).toEqual(
    Buffer.from(weights),
  );
});

test('other content than was promised is not kept', async () => {
  const { hub: one, cache } = client();
  hub.intercept = (request, response) => {
    if (!request.url?.endsWith('model.safetensors')) return false;
    sendFile(
      weights.map((byte) => byte ^ 1),
      request,
      response,
    );
    return true;
  };
  const { value, findings } = await locateModel(one, ask('org/one'));
  expect([value, findings.map(({ code }) => code)]).toEqual([undefined, ['H815']]);
  expect(readdirSync(path.join(cache, 'models--org--one', 'blobs')).every((name) => name.length === 40)).toBe(
    true,
  );
  expect(existsSync(path.join(cache, 'models--org--one', 'refs'))).toBe(false);
});

test('the token stays with the endpoint, and a redirect must not lead out of http', async () => {
  const other = await serveHub({});
  try {
    const { hub: one } = client();
    other.intercept = (request, response) => {
      sendFile(weights, request, response);
      return true;
    };
    hub.intercept = (request, response) => {
      if (!request.url?.endsWith('model.safetensors')) return false;
      response.writeHead(302, { location: `${other.endpoint}/bucket/x?signature=geheim` }).end();
      return true;
    };
    expect((await locateModel(one, ask('org/one'))).value).toBeDefined();
    expect(other.requests).toEqual([
      { path: '/bucket/x?signature=geheim', range: undefined, token: undefined },
    ]);

    const bad = client();
    for (const location of [
      'file:///etc/passwd',
      'ftp://x/y',
      `http://u:p@127.0.0.1/`,
      'http://[',
      '/api/loop',
    ]) {
      hub.intercept = (_, response) => {
        response.writeHead(307, { location }).end();
        return true;
      };
      const { findings } = await locateModel(bad.hub, ask('org/one'));
      expect([location, findings.map(({ code }) => code)]).toEqual([location, ['H814']]);
    }
  } finally {
    await other.close();
  }
});

test.each<[string, number, Record<string, string>, string, string]>([
  ['nothing of that name', 404, { 'x-error-code': 'RepoNotFound' }, 'H810', 'Check the name'],
  ['no such revision', 404, { 'x-error-code': 'RevisionNotFound' }, 'H810', 'revision'],
  ['gated', 403, { 'x-error-code': 'GatedRepo' }, 'H811', 'gated'],
  ['a token that may not', 401, {}, 'H810', 'your token'],
  ['forbidden', 403, {}, 'H811', 'does not give access'],
  ['overloaded for ever', 503, {}, 'H812', '503'],
  ['nonsense', 200, {}, 'H813', 'HF_ENDPOINT'],
])('%s', async (_, status, headers, code, says) => {
  const { hub: one, waits } = client();
  hub.intercept = (__, response) => {
    response.writeHead(status, headers).end('[]');
    return true;
  };
  const { value, findings } = await locateModel(one, ask('org/one'));
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code, severity: 'error', message: expect.stringContaining(says) }]);
  expect(JSON.stringify(findings)).not.toContain(token);
  const isNotThere = code === 'H810' || code === 'H811';
  expect(findings[0]?.message.includes('no model folder')).toBe(isNotThere);
  expect(waits).toEqual(status === 503 ? [500, 1000, 2000, 4000] : []);
});

test('what passes is tried again, as late as the hub asks for', async () => {
  const { hub: one, waits } = client();
  let refused = 0;
  hub.intercept = (_, response) => {
    refused += 1;
    if (refused > 2) return false;
    response.writeHead(429, { 'retry-after': '7' }).end();
    return true;
  };
  expect((await locateModel(one, ask('org/one'))).value).toBeDefined();
  expect(waits).toEqual([7000, 7000]);
});

test('weights that are only a pickle, and more than may be downloaded', async () => {
  const { hub: one } = client();
  expect((await locateModel(one, ask('gpt-old'))).findings).toMatchObject([{ code: 'H820' }]);
  const small = client({ INVARLOCK_MAX_DOWNLOAD_GB: '0.0001' });
  expect((await locateModel(small.hub, ask('org/one'))).findings).toMatchObject([{ code: 'H816' }]);
  // Nothing was fetched but the list.
  expect(hub.requests).toHaveLength(1);
});

test('two downloads into one cache at the same time do not disturb each other', async () => {
  const first = client();
  const other = { host: 'here', pid: 4_000_001, isRunning: () => true };
  const second = hubClient(first.environment.HOME ?? '', first.environment, { owner: other });
  const found = await Promise.all([first, second].map((one) => locateModel(one.hub, ask('org/one'))));
  for (const { value } of found)
    expect(readFileSync(path.join(value?.folder ?? '', 'model.safetensors'))).toEqual(Buffer.from(weights));
  const blobs = path.join(first.cache, 'models--org--one', 'blobs');
  expect(readdirSync(blobs).filter((name) => name.includes('incomplete'))).toEqual([]);
});

test('a local folder goes before the hub, and nothing is asked', async () => {
  const { hub: one } = client();
  mkdirSync(path.join(folder, 'org', 'local'), { recursive: true });
  const { value, findings } = await locateModel(one, ask('org/local'));
  expect([value, findings, hub.requests]).toEqual([{ folder: path.join(folder, 'org/local') }, [], []]);
});

test('an endpoint with a password is refused without repeating it', async () => {
  const { hub: one } = client({ HF_ENDPOINT: 'https://user:geheim@mirror.example' });
  const { findings } = await locateModel(one, ask('org/one'));
  expect(findings).toMatchObject([{ code: 'H805' }]);
  expect(JSON.stringify(findings)).not.toContain('geheim');
});

test('a hub that nobody answers for', async () => {
  const { hub: one } = client({ HF_ENDPOINT: 'http://127.0.0.1:9' });
  const { findings } = await locateModel(one, ask('org/one'));
  expect(findings).toMatchObject([{ code: 'H812', message: expect.stringContaining('refused') }]);
});
