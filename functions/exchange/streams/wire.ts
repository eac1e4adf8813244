import { decode, encode } from "@msgpack/msgpack";

/** One socket, as far as a stream uses it. */
export interface Wire {
  send(frame: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Cuts the line without a word. */
  terminate(): void;
  /** Bytes that were sent and not yet taken. */
  readonly waiting: number;
}

/** How messages are written: as the handshake's content type says. */
export type Codec = "json" | "msgpack";

/** The codec that a handshake asks for. */
export function codecOf(contentType: string | undefined): Codec {
  return contentType?.includes("msgpack") === true ? "msgpack" : "json";
}

/** A message as a frame; dates stay dates in msgpack. */
export function frameOf(message: unknown, codec: Codec): string | Uint8Array {
  return codec === "msgpack" ? encode(message) : JSON.stringify(message);
}

/** What a client sent, in whichever codec it chose; null where it is neither. */
export function messageOf(frame: Uint8Array, isBinary: boolean): unknown {
  const text = () => JSON.parse(Buffer.from(frame).toString("utf8"));
  const readers = isBinary ? [text, () => decode(frame)] : [text];
  for (const read of readers) {
    try {
      const message: unknown = read();
      // A number is what the first byte of text means in msgpack.
      if (typeof message === "object" && message !== null) return message;
    } catch {
      // Not of this codec: the next is tried.
    }
  }
  return null;
}
