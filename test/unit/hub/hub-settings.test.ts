import { expect, test } from 'vitest';
import { hubSettings } from '../../../engine/hub/hub-settings.ts';

test.each<[Record<string, string>, string | undefined, string | undefined]>([
  [{ HOME: '/h' }, '/h/.cache/huggingface/hub', '/h/.cache/huggingface/datasets'],
  [{ HOME: '/h', XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub', '/x/huggingface/datasets'],
  [{ HOME: '/h', HF_HOME: '/f' }, '/f/hub', '/f/datasets'],
  [{ HOME: '/h', HF_HOME: '~/f' }, '/h/f/hub', '/h/f/datasets'],
  [{ HF_HOME: '/f', HUGGINGFACE_HUB_CACHE: '/old' }, '/old', '/f/datasets'],
  [{ HF_HOME: '/f', HF_HUB_CACHE: '/new', HUGGINGFACE_HUB_CACHE: '/old' }, '/new', '/f/datasets'],
  [{ HF_HOME: '/f', HF_DATASETS_CACHE: '/d' }, '/f/hub', '/d'],
  [{ USERPROFILE: '/u' }, '/u/.cache/huggingface/hub', '/u/.cache/huggingface/datasets'],
  [{ HOME: '/h', HF_HOME: ' ' }, '/h/.cache/huggingface/hub', '/h/.cache/huggingface/datasets'],
  [{}, undefined, undefined],
])('where caches are: %j', (environment, cacheFolder, datasetsFolder) =>
  expect(hubSettings(environment)).toMatchObject({ cacheFolder, datasetsFolder }),
);

test.each<[Record<string, string>, string | undefined, string | undefined]>([
  [
    {},
    'the network is off (INVARLOCK_ALLOW_NETWORK is not set)',
    'the network is off (INVARLOCK_ALLOW_NETWORK is not set)',
  ],
  [{ INVARLOCK_ALLOW_NETWORK: '1' }, undefined, undefined],
  [{ INVARLOCK_ALLOW_NETWORK: '1', HF_HUB_OFFLINE: '1' }, 'HF_HUB_OFFLINE is set', 'HF_HUB_OFFLINE is set'],
  [{ INVARLOCK_ALLOW_NETWORK: 'yes', HF_DATASETS_OFFLINE: 'true' }, undefined, 'HF_DATASETS_OFFLINE is set'],
  [{ INVARLOCK_ALLOW_NETWORK: '1', TRANSFORMERS_OFFLINE: '1' }, 'TRANSFORMERS_OFFLINE is set', undefined],
  [{ INVARLOCK_ALLOW_NETWORK: '1', HF_HUB_OFFLINE: '0' }, undefined, undefined],
])('whether anything may be downloaded: %j', (environment, models, datasets) =>
  expect(hubSettings(environment).offline).toEqual({ models, datasets }),
);

test('endpoint and limit', () => {
  expect(hubSettings({})).toMatchObject({ endpoint: 'https://huggingface.co', maximumBytes: 1e11 });
  expect(hubSettings({ HF_ENDPOINT: 'https://mirror/x//', INVARLOCK_MAX_DOWNLOAD_GB: '0.5' })).toMatchObject({
    endpoint: 'https://mirror/x',
    maximumBytes: 5e8,
  });
  expect(hubSettings({ INVARLOCK_MAX_DOWNLOAD_GB: 'all' }).maximumBytes).toBe(1e11);
});
