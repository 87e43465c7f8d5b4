import type { Checked, Finding } from './findings.ts';
import type { JsonMember, JsonNode } from './json-node.ts';

export interface JsonReadOptions {
  /**
   * `strict`: standard JSON, and no key twice. `lenient`: what the reference writes and reads, so NaN and ±Infinity
   * tokens are numbers and the last of two equal keys wins (spec 04 §5.6); both are warnings.
   */
  readonly mode?: 'strict' | 'lenient';
  readonly maxDepth?: number;
  readonly maxLength?: number;
  /** The file's name, for the findings. */
  readonly file?: string;
}

const MAX_DEPTH = 200;
/** UTF-16 units. A certificate with a thousand windows has well under a million. */
const MAX_LENGTH = 256 * 1024 * 1024;
const MAX_WARNINGS = 20;

/**
 * Reads foreign JSON: bounded in size and depth, and every value keeps its place in the text. The value is undefined
 * when the text is not usable; the finding then has the exact place.
 *
 * @example readJson('{"a": 1, "a": 2}').findings[0]?.code // 'V502'
 */
export function readJson(text: string, options: JsonReadOptions = {}): Checked<JsonNode> {
  const maxLength = options.maxLength ?? MAX_LENGTH;
  const file = options.file === undefined ? {} : { file: options.file };
  if (text.length > maxLength) {
    const message = `The file has ${text.length} characters; at most ${maxLength} are read.`;
    return { value: undefined, findings: [{ code: 'V503', severity: 'error', message, ...file }] };
  }
  const reader = new Reader(text, options);
  try {
    const value = reader.document();
    return { value, findings: reader.findings };
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem;
    return { value: undefined, findings: [...reader.findings, { ...problem.finding, ...file }] };
  }
}

class JsonProblem extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/uy;
const NON_FINITE = /NaN|-?Infinity/uy;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  readonly findings: Finding[] = [];
  private offset = 0;
  private readonly text: string;
  private readonly lenient: boolean;
  private readonly maxDepth: number;
  private readonly file: { file?: string };

  constructor(text: string, options: JsonReadOptions) {
    this.text = text;
    this.lenient = options.mode === 'lenient';
    this.maxDepth = options.maxDepth ?? MAX_DEPTH;
    this.file = options.file === undefined ? {} : { file: options.file };
  }

  document(): JsonNode {
    if (this.text.startsWith('\ufeff'))
      this.fail('The file starts with a byte order mark. Save it as UTF-8 without one.', 0, 1);
    const node = this.value(0);
    this.skipSpace();
    if (this.offset < this.text.length) this.fail('There is text after the end of the JSON document.');
    return node;
  }

  private value(depth: number): JsonNode {
    this.skipSpace();
    if (depth > this.maxDepth) {
      throw new JsonProblem(
        this.finding('V503', 'error', `The document is nested deeper than ${this.maxDepth} levels.`),
      );
    }
    const start = this.offset;
    switch (this.text[start]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return { kind: 'string', value: this.string(), range: { start, end: this.offset } };
      case 't':
        return this.word('true', { kind: 'boolean', value: true });
      case 'f':
        return this.word('false', { kind: 'boolean', value: false });
      case 'n':
        return this.word('null', { kind: 'null' });
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonNode {
    const start = this.offset;
    const members = new Map<string, JsonMember>();
    this.offset += 1;
    this.skipSpace();
    if (!this.take('}')) {
      do {
        this.skipSpace();
        const keyStart = this.offset;
        if (this.text[keyStart] !== '"') this.fail('A name in double quotes was expected here.');
        const key = this.string();
        const keyRange = { start: keyStart, end: this.offset };
        this.skipSpace();
        if (!this.take(':')) this.fail('A ":" was expected here.');
        const node = this.value(depth + 1);
        if (members.has(key)) this.duplicate(key, keyRange.start, keyRange.end);
        members.set(key, { keyRange, node });
        this.skipSpace();
      } while (this.take(','));
      if (!this.take('}')) this.fail('A "," or "}" was expected here.');
    }
    return { kind: 'object', members, range: { start, end: this.offset } };
  }

  private array(depth: number): JsonNode {
    const start = this.offset;
    const items: JsonNode[] = [];
    this.offset += 1;
    this.skipSpace();
    if (!this.take(']')) {
      do {
        items.push(this.value(depth + 1));
        this.skipSpace();
      } while (this.take(','));
      if (!this.take(']')) this.fail('A "," or "]" was expected here.');
    }
    return { kind: 'array', items, range: { start, end: this.offset } };
  }

  private string(): string {
    let value = '';
    let run = this.offset + 1;
    for (let index = run; index < this.text.length; index += 1) {
      const unit = this.text.charCodeAt(index);
      if (unit === 34) {
        this.offset = index + 1;
        return value + this.text.slice(run, index);
      }
      if (unit < 32) this.fail('A control character must be escaped inside a string.', index);
      if (unit !== 92) continue;
      value += this.text.slice(run, index);
      const letter = this.text[index + 1] ?? '';
      if (letter === 'u') {
        const digits = this.text.slice(index + 2, index + 6);
        if (!/^[\da-fA-F]{4}$/u.test(digits))
          this.fail('"\\u" must be followed by four hexadecimal digits.', index);
        value += String.fromCharCode(Number.parseInt(digits, 16));
        index += 5;
      } else {
        const meaning = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
        if (meaning === undefined) this.fail(`"\\${letter}" is not an escape sequence.`, index);
        value += meaning;
        index += 1;
      }
      run = index + 1;
    }
    return this.fail('The string does not end.', this.offset, this.text.length);
  }

  private number(): JsonNode {
    const start = this.offset;
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.text);
    if (match) {
      this.offset += match[0].length;
      const numberKind = match[1] === undefined && match[2] === undefined ? 'int' : 'float';
      return {
        kind: 'number',
        value: Number(match[0]),
        source: match[0],
        numberKind,
        range: { start, end: this.offset },
      };
    }
    NON_FINITE.lastIndex = start;
    const token = NON_FINITE.exec(this.text)?.[0];
    if (token === undefined) {
      if (start >= this.text.length) this.fail('The document ends where a value was expected.');
      this.fail('A value was expected here.');
    }
    this.offset += token.length;
    this.nonStandard(
      'V504',
      `${token} is not a JSON number. Write null and a reason instead.`,
      start,
      this.offset,
    );
    return {
      kind: 'number',
      value: Number(token),
      source: token,
      numberKind: 'float',
      range: { start, end: this.offset },
    };
  }

  private word(
    word: string,
    node: { readonly kind: 'null' } | { readonly kind: 'boolean'; readonly value: boolean },
  ): JsonNode {
    const start = this.offset;
    if (!this.text.startsWith(word, start)) this.fail('A value was expected here.');
    this.offset += word.length;
    return { ...node, range: { start, end: this.offset } };
  }

  private duplicate(key: string, start: number, end: number): void {
    this.nonStandard('V502', `The key ${JSON.stringify(key)} stands twice in one object.`, start, end);
  }

  private nonStandard(code: 'V502' | 'V504', message: string, start: number, end: number): void {
    const finding = this.finding(code, this.lenient ? 'warning' : 'error', message, start, end);
    if (!this.lenient) throw new JsonProblem(finding);
    if (this.findings.length < MAX_WARNINGS) this.findings.push(finding);
  }

  private skipSpace(): void {
    for (; this.offset < this.text.length; this.offset += 1) {
      const unit = this.text.charCodeAt(this.offset);
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return;
    }
  }

  private take(character: string): boolean {
    if (this.text[this.offset] !== character) return false;
    this.offset += 1;
    return true;
  }

  private fail(message: string, start = this.offset, end = start + 1): never {
    throw new JsonProblem(this.finding('V501', 'error', message, start, end));
  }

  private finding(
    code: 'V501' | 'V502' | 'V503' | 'V504',
    severity: 'error' | 'warning',
    message: string,
    start = this.offset,
    end = start + 1,
  ): Finding {
    const length = this.text.length;
    return {
      code,
      severity,
      message,
      range: { start: Math.min(start, length), end: Math.min(end, length) },
      ...this.file,
    };
  }
}
