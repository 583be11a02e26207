import type { OnReadOpts, Socket } from "node:net";
import { AnswerReader, type HttpReply } from "./answerReader.ts";
import { brokenAnswer, ExchangeFailure } from "./failure.ts";

/** Milliseconds, but for the last two. */
export interface ConnectionLimits {
  /** Until a connection stands, with TLS. */
  readonly connect: number;
  /** Without a byte of the answer. */
  readonly silence: number;
  /** From the moment that the request has a connection until the answer is whole, about. */
  readonly answer: number;
  /** A connection that nobody used for so long is not used again. */
  readonly idle: number;
  readonly sockets: number;
  /** Bytes of an answer: one that has more is refused while it comes. */
  readonly bytes: number;
}

/** A request that waits for its answer: it ends once, with the answer or with the first thing that goes wrong. */
export interface TableRequest {
  /** All that is sent. */
  readonly text: string;
  readonly encoding: "latin1" | "utf8";
  connection: KeptConnection | undefined;
  answer(reply: HttpReply): void;
  fail(failure: ExchangeFailure): void;
}

/** Who keeps connections. */
export interface Keeper {
  /** The answer is whole, and the connection may be used again. */
  free(connection: KeptConnection): void;
  /** It is closed. @param failure of the call that it had */
  gone(connection: KeptConnection, failure: ExchangeFailure | undefined): void;
}

/** Bytes that are read at once, at most. */
const READ = 65_536;
/** Milliseconds until the system asks the first time whether somebody is there, as Node's agent does it. */
const ALIVE = 1_000;
/** Milliseconds by which a connection is given up before the server said that it would. */
const BEFORE_THEIRS = 1_000;

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
  /** How many reads brought something of the answer; and until the timer looked last. */
  #heard = 0;
  #seen = 0;
  #looks = 0;
  /** The number that DynamoDB gave the request that was answered last. */
  #number: string | undefined;
  /** Seconds after which the server closes it where it is not used, if it said so. */
  #theirs: string | undefined;
  /** When it was used last, by both clocks. */
  rest = { now: 0, elapsed: 0 };

  /** @param open begins to connect, and reads into the buffer that it gets @param ready the event at which the connection stands */
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

  /** @param failure of the call that it has; absent: it has none */
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

  /** Timers come before what lies there unread where the thread was busy or the machine frozen: that is read first. */
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
      // Nobody asked for it.
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
    this.#theirs = /^timeout=(\d{1,6})/.exec(reply.headers.get("keep-alive") ?? "")?.[1];
    this.#call = undefined;
    clearTimeout(this.#timer);
    // An answer that came before the request was sent whole leaves the rest of it behind.
    if (this.#reader.keeps && this.#socket.writableLength === 0) this.#keeper.free(this);
    else this.end();
    call.answer(reply);
  }

  /** Nobody has anything to send by it: it keeps no process alive. */
  lie(): void {
    this.#socket.unref();
    if (this.#theirs === undefined) return;
    this.#timer = setTimeout(this.#break, Number(this.#theirs) * 1_000 - BEFORE_THEIRS).unref();
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

/** Of the operating system or of Node. */
function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
