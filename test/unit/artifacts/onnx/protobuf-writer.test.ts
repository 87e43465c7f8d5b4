import { expect, test } from 'vitest';
import { ProtobufWriter } from '../../../../engine/artifacts/onnx/protobuf-writer.ts';

const cases: [string, (writer: ProtobufWriter) => unknown, string][] = [
  // The first two are the worked examples of the protobuf encoding guide.
  ['an integer', (w) => w.integer(1, 150), '089601'],
  ['a string', (w) => w.string(2, 'testing'), '120774657374696e67'],
  ['zero', (w) => w.integer(1, 0), '0800'],
  ['a negative integer', (w) => w.integer(1, -1), '08ffffffffffffffffff01'],
  ['2^40', (w) => w.integer(3, 2 ** 40), '18808080808020'],
  ['a float', (w) => w.float(2, 1), '150000803f'],
  ['a field above 15', (w) => w.integer(20, 7), 'a00107'],
  ['a message', (w) => w.message(3, (inner) => inner.integer(1, 150)), '1a03089601'],
  ['an empty message', (w) => w.message(3, () => {}), '1a00'],
];

test.each(cases)('%s', (_, write, expected) => {
  const writer = new ProtobufWriter();
  write(writer);
  expect(Buffer.from(writer.finish()).toString('hex')).toBe(expected);
});
