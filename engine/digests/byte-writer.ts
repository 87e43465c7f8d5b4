/** Grows as bytes are appended; integers little-endian. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  private lengthBytes = 0;

  text(value: string): this {
    return this.raw(encoder.encode(value));
  }

  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.lengthBytes);
    this.lengthBytes += bytes.length;
    return this;
  }

  byte(value: number): this {
    this.reserve(1);
    this.buffer[this.lengthBytes] = value;
    this.lengthBytes += 1;
    return this;
  }

  /** 32 bits of an integer, modulo 2^32. */
  uint32(value: number): this {
    this.reserve(4);
    this.view.setUint32(this.lengthBytes, value >>> 0, true);
    this.lengthBytes += 4;
    return this;
  }

  /** 64 bits of a signed integer. */
  int64(value: number): this {
    this.reserve(8);
    this.view.setBigInt64(this.lengthBytes, BigInt(value), true);
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
    this.view = new DataView(grown.buffer);
  }
}

const encoder = new TextEncoder();
