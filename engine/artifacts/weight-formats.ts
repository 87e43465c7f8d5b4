import path from 'node:path';

const pickleExtensions = ['.bin', '.pt', '.pth', '.ckpt', '.pkl', '.pickle', '.joblib', '.pdparams'];

/** What trainers leave beside the weights: pickles too, but nothing that anybody would evaluate. */
const trainingState = /^(training_args\.bin|(optimizer|scheduler|scaler)\w*\.(pt|bin)|rng_state\w*\.pth)$/;

/** Whether the name alone says that the file is (or may hold) a pickle with weights. */
export function hasPickleName(name: string): boolean {
  return pickleExtensions.includes(path.extname(name).toLowerCase()) && !trainingState.test(name);
}

/** How much of a file `identifyFormat` looks at. */
export const identifiedBytes = 1024;

const otherExtensions: Readonly<Record<string, string>> = {
  '.onnx': 'ONNX',
  '.msgpack': 'Flax',
  '.gguf': 'GGUF',
  '.ggml': 'GGML',
  '.h5': 'HDF5 (TensorFlow)',
  '.keras': 'Keras',
  '.pb': 'TensorFlow',
  '.tflite': 'TensorFlow Lite',
  '.npz': 'NumPy',
};

/**
 * The format of a file that is not safetensors, told from its start and its name; undefined when it is none that carries
 * weights. A file with the name of our own format is told by its start alone.
 */
export function identifyFormat(name: string, start: Uint8Array): string | undefined {
  const text = Array.from(start, (byte) => String.fromCharCode(byte)).join('');
  // Pickle protocols 2 to 5 start with PROTO; PyTorch's oldest files are tar archives whose first entry is named after
  // the pickle.
  if (start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 9) <= 5 && !isSafetensorsStart(start))
    return 'pickle';
  if (text.startsWith('sys_info\0') || text.startsWith('pickle\0')) return 'pickle';
  const extension = path.extname(name).toLowerCase();
  if (text.startsWith('PK\x03\x04')) {
    // PyTorch's newer files are zip archives with the pickle in front.
    if (text.includes('/data.pkl') || extension === '.safetensors') return 'pickle';
    return otherExtensions[extension];
  }
  if (text.startsWith('GGUF')) return 'GGUF';
  if (/^(lmgg|tjgg|fmgg|algg)/.test(text)) return 'GGML';
  if (text.startsWith('\x89HDF\r\n')) return 'HDF5 (TensorFlow)';
  if (/\.ckpt\.(index|data-\d+-of-\d+)$/i.test(name)) return 'TensorFlow';
  return otherExtensions[extension];
}

/** A safetensors file may start with the same two bytes when its header length happens to; its ninth byte is {. */
function isSafetensorsStart(start: Uint8Array): boolean {
  return start[8] === 0x7b && start[6] === 0 && start[7] === 0;
}
