import type { ChildProcess } from 'node:child_process';
import type { DiagnosticCode } from '../codes/index.ts';
import { InvarLockError } from '../core/errors.ts';
import type { ChildMessage, ParentMessage } from '../protocol/child-messages.ts';

export type ReadyMessage = Extract<ChildMessage, { kind: 'ready' }>;
type Answer = Exclude<ChildMessage, { kind: 'ready' | 'failed' }>;

interface Request {
  /** For messages: "The engine process ended while …". */
  readonly doing: string;
  /** Code for a failure that the child itself reports. */
  readonly failure: DiagnosticCode;
  readonly timeoutMs: number;
}

interface Pending extends Request {
  resolve(message: ChildMessage): void;
  reject(error: InvarLockError): void;
}

/** What the child printed last is often the only trace of a native crash. */
const keptStderrCharacters = 4000;

/** Requests and answers over one child process. When the child ends, every open request fails and names what it was. */
export class ChildConversation {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #nextId = 1;
  #stderr = '';
  #ending: InvarLockError | undefined;
  #isGone = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderrCharacters);
    });
    child.on('message', (message: ChildMessage) => this.#receive(message));
    this.#ended = new Promise((resolve) => {
      const gone = (reason: string, cause?: unknown): void => {
        this.#isGone = true;
        this.#failAll((request) => this.#ending ?? this.#crashed(request, reason, cause));
        resolve();
      };
      child.on('error', (error) => {
        // Also emitted when a message cannot be sent; the process itself may live on.
        if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
          child.kill('SIGKILL');
        else gone(error.message, error);
      });
      // "close" and not "exit": it comes after the last output was read.
      child.on('close', (code, signal) => gone(signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isOver(): boolean {
    return this.#isGone || this.#ending !== undefined;
  }

  async ready(timeoutMs: number): Promise<ReadyMessage> {
    const message = await this.#expect(0, { doing: 'starting', failure: 'R401', timeoutMs });
    if (message.kind === 'ready') return message;
    throw new InvarLockError('U799', `The engine process started with ${JSON.stringify(message.kind)}.`);
  }

  async ask(message: (id: number) => ParentMessage, request: Request): Promise<Answer> {
    if (this.isOver) {
      throw (
        this.#ending ??
        new InvarLockError('R406', `The engine process is gone, so ${request.doing} is impossible.`)
      );
    }
    const id = this.#nextId++;
    const answer = this.#expect(id, request);
    this.#child.send(message(id));
    const received = await answer;
    if (received.kind !== 'ready' && received.kind !== 'failed') return received;
    throw new InvarLockError('U799', `The engine process answered with ${JSON.stringify(received.kind)}.`);
  }

  /** Ends the child; what is under way fails with `reason`. */
  stop(reason: InvarLockError): void {
    this.#ending ??= reason;
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.stop(new InvarLockError('R406', 'The engine process was closed.'));
    await this.#ended;
  }

  #expect(id: number, request: Request): Promise<ChildMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timeOut(request), request.timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
      };
      this.#pending.set(id, {
        ...request,
        resolve: (message) => {
          settle();
          resolve(message);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      if (this.#isGone) this.#failAll((pending) => this.#crashed(pending, 'it is gone'));
    });
  }

  #receive(message: ChildMessage): void {
    const pending = this.#pending.get(message.kind === 'ready' ? 0 : message.id);
    if (!pending) return;
    if (message.kind !== 'failed') {
      pending.resolve(message);
      return;
    }
    pending.reject(
      new InvarLockError(
        isOutOfMemory(message.message) ? 'R431' : pending.failure,
        `Failure while ${pending.doing}: ${message.message}`,
      ),
    );
    // A child that could not even start has nothing left to do.
    if (message.id === 0) this.#child.kill('SIGKILL');
  }

  #timeOut(request: Request): void {
    this.stop(
      new InvarLockError(
        'R405',
        `The engine process gave no answer for ${request.timeoutMs} ms while ${request.doing}, so it was stopped.`,
        { details: { phase: request.doing, timeoutMs: request.timeoutMs } },
      ),
    );
  }

  #failAll(error: (request: Request) => InvarLockError): void {
    for (const pending of [...this.#pending.values()]) pending.reject(error(pending));
  }

  #crashed(request: Request, reason: string, cause?: unknown): InvarLockError {
    const isStart = request.failure === 'R401';
    const output = this.#stderr.trim();
    const detail = output === '' ? '' : ` It printed: ${output.split('\n').slice(-3).join(' ')}`;
    return new InvarLockError(
      isStart ? 'R401' : isOutOfMemory(output) ? 'R431' : 'R402',
      `The engine process ended (${reason}) while ${request.doing}.${detail}${reason === killed ? killedAdvice : ''}`,
      { cause, details: { phase: request.doing, reason, stderr: output } },
    );
  }
}

const killed = 'signal SIGKILL';
const killedAdvice =
  ' Systems end a process so when memory runs out: close other programs or lower dataset.seq_len, and run again.';

/** In the words of ONNX Runtime, the C++ library and V8. */
function isOutOfMemory(text: string): boolean {
  return /bad[_ ]alloc|Failed to allocate memory|out of memory|Cannot allocate memory/iu.test(text);
}
