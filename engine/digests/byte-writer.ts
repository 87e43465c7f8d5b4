/** Grows as bytes are appended; integers little-endian. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  private lengthBytes = 0;

  text(value: string): this {
    return this.raw(new TextEncoder().encode(value));
  }

  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.lengthBytes);
    this.lengthBytes += bytes.length;
    return this;
  }

  /** 32 bits of an integer, modulo 2^32. */
  uint32(value: number): this {
    this.reserve(4);
    new DataView(this.buffer.buffer).setUint32(this.lengthBytes, value >>> 0, true);
    this.lengthBytes += 4;
    return this;
  }

  /** 64 bits of a signed integer. */
  int64(value: number): this {
    this.reserve(8);
    new DataView(this.buffer.buffer).setBigInt64(this.lengthBytes, BigInt(value), true);
    this.lengthBytes += 8;
    return this;
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.lengthBytes);
  }

  private reserve(more: number): void {
    if (this.lengthBytes + more <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(2 * this.buffer.length, this.lengthBytes + more));
    grown.set(this.buffer.subarray(0, this.lengthBytes));
    this.buffer = grown;
  }
}
