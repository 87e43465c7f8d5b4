import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostFacts } from '../../../engine/runtime/host-facts.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('host');

function machine(
  name: string,
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): string {
  const root = path.join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  for (const [link, target] of Object.entries(links)) symlinkSync(target, path.join(root, link));
  return root;
}

test('an x86 machine with a graphics card', async () => {
  const root = machine(
    'x86',
    {
      'proc/cpuinfo':
        'processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t\t: fpu avx2 fma avx512f sse4_2 vme amx_tile\n',
      'proc/driver/nvidia/version':
        'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19\n',
      'sys/class/drm/card0/device/vendor': '0x10de\n',
      'sys/class/drm/card0/device/device': '0x2330\n',
      'sys/class/drm/card0-DP-1/status': 'connected\n',
    },
    { 'sys/class/drm/card0/device/driver': '../../bus/pci/drivers/nvidia' },
  );
  expect(await hostFacts(root)).toEqual({
    cpu: { model: 'Some CPU @ 2 GHz', features: ['amx_tile', 'avx2', 'avx512f', 'fma', 'sse4_2'] },
    adapters: [{ id: '0x10de:0x2330', driver: 'nvidia', driverVersion: '535.104.05' }],
  });
});

test('an ARM machine, whose processor has no name there', async () => {
  const root = machine('arm', {
    'proc/cpuinfo': 'processor\t: 0\nFeatures\t: fp asimd asimddp i8mm crc32\n',
  });
  const { cpu, adapters } = await hostFacts(root);
  expect([cpu.features, adapters]).toEqual([['asimd', 'asimddp', 'i8mm'], undefined]);
});

test('a card for computing alone is in no graphics list', async () => {
  const root = machine('server', {
    'proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54  Release\n',
  });
  expect((await hostFacts(root)).adapters).toEqual([
    { id: 'nvidia', driver: 'nvidia', driverVersion: '550.54' },
  ]);
});

test('a system that tells nothing still has a processor', async () => {
  const facts = await hostFacts(path.join(folder, 'nowhere'));
  expect(facts.cpu.model).not.toBe('');
  expect(facts.cpu.features).toBeUndefined();
});
