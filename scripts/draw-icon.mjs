/**
 * Draws the extension's icon, extension/assets/icon.png (128 × 128): a padlock whose body carries an equals sign,
 * "what must stay equal is locked". It is computed, so that nobody needs a drawing program to change it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const size = 128;
const samples = 4;
const background = [
  [14, 116, 126],
  [9, 62, 78],
];
const light = [244, 250, 250];
const dark = [9, 62, 78];

const rows = [];
for (let y = 0; y < size; y += 1) {
  const row = Buffer.alloc(1 + size * 4);
  for (let x = 0; x < size; x += 1) row.set(pixel(x, y), 1 + x * 4);
  rows.push(row);
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8);
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
  chunk('IEND', Buffer.alloc(0)),
]);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
writeFileSync(path.join(root, 'extension/assets/icon.png'), png);

/** The average of samples × samples points, which smooths the edges. */
function pixel(x, y) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < samples; i += 1) {
    for (let j = 0; j < samples; j += 1) {
      const colour = shade(x + (i + 0.5) / samples, y + (j + 0.5) / samples);
      if (!colour) continue;
      for (let channel = 0; channel < 3; channel += 1) sum[channel] += colour[channel];
      sum[3] += 1;
    }
  }
  const covered = Math.max(sum[3], 1);
  const alpha = Math.round((255 * sum[3]) / (samples * samples));
  return [...sum.slice(0, 3).map((total) => Math.round(total / covered)), alpha];
}

/** The colour of one point, or undefined outside the icon. */
function shade(x, y) {
  if (roundedBox(x, y, 64, 64, 62, 62, 26) > 0) return undefined;
  const bar = roundedBox(x, y, 64, 74, 18, 4, 4) <= 0 || roundedBox(x, y, 64, 90, 18, 4, 4) <= 0;
  if (bar) return dark;
  if (roundedBox(x, y, 64, 82, 34, 26, 9) <= 0) return light;
  if (shackle(x, y)) return light;
  const [top, bottom] = background;
  return top.map((value, channel) => value + ((bottom[channel] - value) * y) / size);
}

/** Half a ring above two straight legs. */
function shackle(x, y) {
  if (y > 60) return false;
  const distance = y < 44 ? Math.hypot(x - 64, y - 44) : Math.abs(x - 64);
  return distance >= 14 && distance <= 23;
}

/** Signed distance to a box with rounded corners. */
function roundedBox(x, y, centreX, centreY, halfWidth, halfHeight, radius) {
  const dx = Math.abs(x - centreX) - halfWidth + radius;
  const dy = Math.abs(y - centreY) - halfHeight + radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
