/**
 * BLAKE2s and BLAKE2b (RFC 7693) with the digest length as a parameter. Node's crypto has them at full length only, and
 * a shorter digest is not a cut one: the length enters the parameter block (spec 02 §3).
 */
export function blake2s(lengthBytes: number, message: Uint8Array): string {
  checkLength(lengthBytes, 32);
  const state = Uint32Array.from(IV_S);
  state[0] = (state[0] ?? 0) ^ 0x01010000 ^ lengthBytes;
  const blocks = Math.max(1, Math.ceil(message.length / 64));
  const words = new Uint32Array(16);
  for (let block = 0; block < blocks; block += 1) {
    const last = block === blocks - 1;
    loadWords(message, block * 64, words);
    compressS(state, words, last ? message.length : (block + 1) * 64, last);
  }
  return hex(new Uint8Array(state.buffer), lengthBytes);
}

/** As `blake2s`, with 64-bit words as pairs of 32-bit ones (low first). */
export function blake2b(lengthBytes: number, message: Uint8Array): string {
  checkLength(lengthBytes, 64);
  const state = Uint32Array.from(IV_B);
  state[0] = (state[0] ?? 0) ^ 0x01010000 ^ lengthBytes;
  const blocks = Math.max(1, Math.ceil(message.length / 128));
  const words = new Uint32Array(32);
  for (let block = 0; block < blocks; block += 1) {
    const last = block === blocks - 1;
    loadWords(message, block * 128, words);
    compressB(state, words, last ? message.length : (block + 1) * 128, last);
  }
  return hex(new Uint8Array(state.buffer), lengthBytes);
}

const IV_S = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

const IV_B = [
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1,
  0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
];

/** Message word order of each round (RFC 7693 §2.7), one after the other. */
const SIGMA = Uint8Array.from(
  [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
  ].flat(),
);

/** Columns, then diagonals: four words each. */
const QUARTERS = Uint8Array.from(
  [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
  ].flat(),
);

/** The work of one block; nothing in it outlives a call. */
const workS = new Uint32Array(16);
const workB = new Uint32Array(32);

function compressS(state: Uint32Array, words: Uint32Array, counted: number, last: boolean): void {
  const v = workS;
  v.set(state);
  v.set(IV_S, 8);
  v[12] = at(v, 12) ^ (counted >>> 0);
  v[13] = at(v, 13) ^ Math.floor(counted / 2 ** 32);
  if (last) v[14] = ~at(v, 14);
  for (let round = 0; round < 10; round += 1) {
    const order = 16 * (round % 10);
    for (let quarter = 0; quarter < 8; quarter += 1) {
      const a = indexAt(QUARTERS, 4 * quarter);
      const b = indexAt(QUARTERS, 4 * quarter + 1);
      const c = indexAt(QUARTERS, 4 * quarter + 2);
      const d = indexAt(QUARTERS, 4 * quarter + 3);
      const first = indexAt(SIGMA, order + 2 * quarter);
      const second = indexAt(SIGMA, order + 2 * quarter + 1);
      v[a] = at(v, a) + at(v, b) + at(words, first);
      v[d] = rotate(at(v, d) ^ at(v, a), 16);
      v[c] = at(v, c) + at(v, d);
      v[b] = rotate(at(v, b) ^ at(v, c), 12);
      v[a] = at(v, a) + at(v, b) + at(words, second);
      v[d] = rotate(at(v, d) ^ at(v, a), 8);
      v[c] = at(v, c) + at(v, d);
      v[b] = rotate(at(v, b) ^ at(v, c), 7);
    }
  }
  for (let index = 0; index < 8; index += 1)
    state[index] = at(state, index) ^ at(v, index) ^ at(v, index + 8);
}

function compressB(state: Uint32Array, words: Uint32Array, counted: number, last: boolean): void {
  const v = workB;
  v.set(state);
  v.set(IV_B, 16);
  v[24] = at(v, 24) ^ (counted >>> 0);
  v[25] = at(v, 25) ^ Math.floor(counted / 2 ** 32);
  if (last) {
    v[28] = ~at(v, 28);
    v[29] = ~at(v, 29);
  }
  for (let round = 0; round < 12; round += 1) {
    const order = 16 * (round % 10);
    for (let quarter = 0; quarter < 8; quarter += 1) {
      const a = indexAt(QUARTERS, 4 * quarter);
      const b = indexAt(QUARTERS, 4 * quarter + 1);
      const c = indexAt(QUARTERS, 4 * quarter + 2);
      const d = indexAt(QUARTERS, 4 * quarter + 3);
      const first = indexAt(SIGMA, order + 2 * quarter);
      const second = indexAt(SIGMA, order + 2 * quarter + 1);
      add(v, a, v, b);
      add(v, a, words, first);
      xorRotate(v, d, a, 32);
      add(v, c, v, d);
      xorRotate(v, b, c, 24);
      add(v, a, v, b);
      add(v, a, words, second);
      xorRotate(v, d, a, 16);
      add(v, c, v, d);
      xorRotate(v, b, c, 63);
    }
  }
  for (let index = 0; index < 16; index += 1)
    state[index] = at(state, index) ^ at(v, index) ^ at(v, index + 16);
}

/** 64-bit `target[t] += source[s]`. */
function add(target: Uint32Array, t: number, source: Uint32Array, s: number): void {
  const low = at(target, 2 * t) + at(source, 2 * s);
  target[2 * t] = low;
  target[2 * t + 1] = at(target, 2 * t + 1) + at(source, 2 * s + 1) + (low >= 2 ** 32 ? 1 : 0);
}

/** 64-bit `v[d] = (v[d] ^ v[a])` rotated right by `count`. */
function xorRotate(v: Uint32Array, d: number, a: number, count: number): void {
  const low = at(v, 2 * d) ^ at(v, 2 * a);
  const high = at(v, 2 * d + 1) ^ at(v, 2 * a + 1);
  const [x, y] = count >= 32 ? [high, low] : [low, high];
  const bits = count % 32;
  v[2 * d] = bits === 0 ? x : (x >>> bits) | (y << (32 - bits));
  v[2 * d + 1] = bits === 0 ? y : (y >>> bits) | (x << (32 - bits));
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function indexAt(table: Uint8Array, index: number): number {
  return table[index] ?? 0;
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

/** Little-endian words of one block, padded with zeros. */
function loadWords(message: Uint8Array, from: number, words: Uint32Array): void {
  for (let index = 0; index < words.length; index += 1) {
    const start = from + 4 * index;
    words[index] =
      (message[start] ?? 0) |
      ((message[start + 1] ?? 0) << 8) |
      ((message[start + 2] ?? 0) << 16) |
      ((message[start + 3] ?? 0) << 24);
  }
}

/** All platforms that Node and browsers run on are little-endian, so the state's bytes are in digest order. */
function hex(state: Uint8Array, lengthBytes: number): string {
  return Array.from(state.subarray(0, lengthBytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function checkLength(lengthBytes: number, most: number): void {
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > most) {
    throw new RangeError(`a BLAKE2 digest has 1 to ${most} bytes, not ${lengthBytes}`);
  }
}
