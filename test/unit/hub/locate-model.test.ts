import { describe, expect, it } from 'vitest';
import { locateModel } from '../../../engine/hub/locate-model.ts';

describe('a model that is named by an address', () => {
  const addresses = [
    'https://user:secret@example.org/org/name',
    'HTTP://example.org/org/name?token=secret',
    'hf://secret@org/name',
  ];

  it.each(addresses)('is refused without repeating it: %s', async (text) => {
    const folder = `/models/${text}`;
    const { value, findings } = await locateModel(undefined, { text, folder, onnx: false });
    expect(value).toBeUndefined();
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['M200', 'error']]);
    expect(JSON.stringify(findings)).not.toContain('secret');
  });

  it('does not take a path or a name for one', async () => {
    for (const text of ['./a:b/c', 'C:/models/x', 'org/name', 'hf:org/name']) {
      const located = await locateModel(undefined, { text, folder: '/models/model', onnx: false });
      expect(located).toEqual({ value: { folder: '/models/model' }, findings: [] });
    }
  });
});
