import path from 'node:path';

const pickleExtensions = ['.bin', '.pt', '.pth', '.ckpt', '.pkl', '.pickle', '.joblib'];

/** Whether the name alone says that the file is (or may hold) a pickle. */
export function hasPickleName(name: string): boolean {
  return pickleExtensions.includes(path.extname(name).toLowerCase());
}

/**
 * The format of a file that is not safetensors, told from its name and its first 16 bytes; undefined when it is none
 * that carries weights.
 */
export function identifyFormat(name: string, start: Uint8Array): string | undefined {
  const text = Array.from(start, (byte) => String.fromCharCode(byte)).join('');
  // Pickle protocols 2 to 5 start with PROTO. PyTorch's newer files are zip archives, its oldest ones tar archives
  // whose first entry is named after the pickle.
  if (start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 9) <= 5 && !isSafetensorsStart(start))
    return 'pickle';
  if (text.startsWith('PK\x03\x04')) return 'pickle';
  if (text.startsWith('sys_info\0') || text.startsWith('pickle\0')) return 'pickle';
  if (text.startsWith('GGUF')) return 'GGUF';
  if (text.startsWith('\x89HDF\r\n')) return 'HDF5 (TensorFlow)';
  switch (path.extname(name).toLowerCase()) {
    case '.onnx':
      return 'ONNX';
    case '.msgpack':
      return 'Flax';
    case '.gguf':
      return 'GGUF';
    default:
      return undefined;
  }
}

/** A safetensors file may start with the same two bytes when its header length happens to; its ninth byte is {. */
function isSafetensorsStart(start: Uint8Array): boolean {
  return start[8] === 0x7b && start[6] === 0 && start[7] === 0;
}
