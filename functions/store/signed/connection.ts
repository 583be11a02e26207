import type { OnReadOpts, Socket } from "node:net";
import { AnswerReader, type HttpReply } from "./answerReader.ts";
import { brokenAnswer, ExchangeFailure } from "./failure.ts";

/** Milliseconds, except `sockets` and `bytes`. */
export interface ConnectionLimits {
  /** Until a connection is ready, with TLS. */
  readonly connect: number;
  /** Without a byte of the answer. */
  readonly silence: number;
  /** From the time that the request has a connection until the answer is complete, approximately. */
  readonly answer: number;
  /** A connection unused for longer is not used again. */
  readonly idle: number;
  readonly sockets: number;
  /** Bytes of an answer: a larger one is refused while it arrives. */
  readonly bytes: number;
}

/** A request that waits for its answer: it ends once, with the answer or with the first failure. */
export interface TableRequest {
  /** Everything that is sent. */
  readonly text: string;
  readonly encoding: "latin1" | "utf8";
  connection: KeptConnection | undefined;
  answer(reply: HttpReply): void;
  fail(failure: ExchangeFailure): void;
}

/** The owner of connections. */
interface Keeper {
  /** The answer is complete, and the connection may be used again. */
  free(connection: KeptConnection): void;
  /** The connection is closed. @param failure of its call */
  gone(connection: KeptConnection, failure: ExchangeFailure | undefined): void;
}

/** Bytes read at once, at most. */
const READ = 65_536;
/** Milliseconds before the system's first keep-alive probe, as in Node's agent. */
const ALIVE = 1_000;
/** Milliseconds before the server's announced idle timeout at which the connection is closed. */
const BEFORE_IDLE_LIMIT = 1_000;

/** One socket, which carries one request at a time. */
export class KeptConnection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  readonly #keeper: Keeper;
  readonly #buffer = Buffer.allocUnsafeSlow(READ);
  #call: TableRequest | undefined;
  #reader: AnswerReader;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;
  #isGone = false;
  #isUsedAgain = false;
  /** Count of reads that brought a part of the answer; and that count when the timer last fired. */
  #heard = 0;
  #seen = 0;
  #looks = 0;
  /** DynamoDB's request id of the last answer. */
  #number: string | undefined;
  /** Seconds after which the server closes the unused connection, if announced. */
  #idleLimit: string | undefined;
  /** When it was last used, by both clocks. */
  rest = { now: 0, elapsed: 0 };

  /** @param open begins to connect, and reads into the given buffer @param ready the event of a ready connection */
  constructor(open: (onread: OnReadOpts) => Socket, ready: string, limits: ConnectionLimits, keeper: Keeper) {
    this.#limits = limits;
    this.#keeper = keeper;
    this.#reader = new AnswerReader(limits.bytes);
    this.#socket = open({ buffer: this.#buffer, callback: this.#read });
    this.#socket.once(ready, this.#begin);
    this.#socket.on("error", this.#break);
    this.#socket.once("end", this.#break);
    this.#socket.once("close", this.#break);
  }

  send(call: TableRequest): void {
    this.#call = call;
    call.connection = this;
    if (this.#isOpen) {
      this.#isUsedAgain = true;
      clearTimeout(this.#timer);
      this.#socket.ref();
      this.#write(call);
    } else {
      this.#timer = setTimeout(this.#late, this.#limits.connect);
    }
  }

  /** @param failure of its call; absent: it has no call */
  end(failure?: ExchangeFailure): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    const call = this.#call;
    this.#call = undefined;
    this.#keeper.gone(this, failure);
    if (failure !== undefined) call?.fail(failure);
  }

  readonly #begin = (): void => {
    if (this.#isGone) return;
    this.#isOpen = true;
    clearTimeout(this.#timer);
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, ALIVE);
    if (this.#call !== undefined) this.#write(this.#call);
  };

  #write({ text, encoding }: TableRequest): void {
    this.#reader = new AnswerReader(this.#limits.bytes);
    this.#heard = 0;
    this.#seen = 0;
    this.#looks = this.#limits.answer / this.#limits.silence;
    this.#timer = setTimeout(this.#look, this.#limits.silence);
    this.#socket.write(text, encoding);
  }

  /** After a busy thread or a frozen machine, timers fire before unread data is handled: setImmediate lets it be read first. */
  readonly #look = (): void => {
    const reader = this.#reader;
    setImmediate(() => {
      if (this.#call !== undefined && this.#reader === reader) this.#judge();
    });
  };

  #judge(): void {
    this.#looks -= 1;
    if (this.#heard === this.#seen || this.#looks <= 0) this.#late();
    else this.#timer = setTimeout(this.#look, this.#limits.silence);
    this.#seen = this.#heard;
  }

  readonly #read = (size: number): boolean => {
    const call = this.#call;
    if (call === undefined) {
      // Data without a request.
      this.end();
      return true;
    }
    this.#heard += 1;
    try {
      if (this.#reader.read(this.#buffer.subarray(0, size))) this.#answer(call);
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error;
      this.end(error);
    }
    return true;
  };

  #answer(call: TableRequest): void {
    const reply = this.#reader.reply();
    const number = reply.headers.get("x-amzn-requestid");
    if (number !== undefined && number === this.#number) {
      throw brokenAnswer("it came twice");
    }
    this.#number = number ?? this.#number;
    this.#idleLimit = /^timeout=(\d{1,6})/.exec(reply.headers.get("keep-alive") ?? "")?.[1];
    this.#call = undefined;
    clearTimeout(this.#timer);
    // An early answer, before the whole request was sent: the rest of the request would follow on the connection.
    if (this.#reader.keeps && this.#socket.writableLength === 0) this.#keeper.free(this);
    else this.end();
    call.answer(reply);
  }

  /** Marks the connection as unused: it keeps no process alive. */
  idle(): void {
    this.#socket.unref();
    if (this.#idleLimit === undefined) return;
    this.#timer = setTimeout(this.#break, Number(this.#idleLimit) * 1_000 - BEFORE_IDLE_LIMIT).unref();
  }

  readonly #late = (): void => {
    this.end(new ExchangeFailure("TimeoutError", "DynamoDB took too long"));
  };

  readonly #break = (error?: unknown): void => {
    if (this.#isGone) return;
    if (this.#call === undefined) {
      this.end();
      return;
    }
    const code = codeOf(error) ?? "ECONNRESET";
    const stale = this.#isUsedAgain && this.#heard === 0 && (code === "ECONNRESET" || code === "EPIPE");
    this.end(new ExchangeFailure("ConnectionError", `the connection broke: ${code}`, { code, stale, cause: error }));
  };
}

/** The error code of the operating system or Node. */
function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
