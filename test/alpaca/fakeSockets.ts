import { decode, encode } from "@msgpack/msgpack";
import type { Sockets } from "../../functions/alpaca/sockets.ts";

/** One socket, seen from the server. */
export interface FakeSocket {
  readonly url: string;
  /** What the client has sent, decoded. */
  readonly received: unknown[];
  closed: boolean;
  /** The handshake is done. */
  accept(): void;
  /** The handshake, or the line, fails. */
  fail(message: string): void;
  say(message: unknown): void;
  /** Says bytes as they are. */
  sayBytes(bytes: Uint8Array): void;
  hangUp(): void;
}

/** Sockets whose other end is the test. */
export function fakeSockets(): { readonly sockets: Sockets; readonly opened: FakeSocket[] } {
  const opened: FakeSocket[] = [];
  const sockets: Sockets = (url, codec) => {
    const listeners = new Map<string, ((...args: unknown[]) => void)[]>();
    const emit = (event: string, ...args: unknown[]) => {
      for (const listener of listeners.get(event) ?? []) listener(...args);
    };
    const socket: FakeSocket = {
      url,
      received: [],
      closed: false,
      accept: () => emit("open"),
      fail(message) {
        emit("error", new Error(message));
        socket.hangUp();
      },
      say: (message) =>
        emit("message", codec === "json" ? Buffer.from(JSON.stringify(message)) : encode(message)),
      sayBytes: (bytes) => emit("message", Buffer.from(bytes)),
      hangUp() {
        socket.closed = true;
        emit("close");
      },
    };
    opened.push(socket);
    return {
      on(event: string, listener: (...args: unknown[]) => void) {
        listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      },
      send(data: string | Uint8Array) {
        socket.received.push(typeof data === "string" ? JSON.parse(data) : decode(data));
      },
      close() {
        socket.closed = true;
      },
    };
  };
  return { sockets, opened };
}
