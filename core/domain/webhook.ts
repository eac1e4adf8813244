import * as z from "zod";
import { slug, symbolText } from "./schema.ts";

const MAX_FIELDS = 32;

/** JSON pointer (RFC 6901); into text, `/name` is the value of `name=value`. */
const pointer = z.string().startsWith("/", "expected a JSON pointer such as /order/side");
/** A bare word of a text, counted from 0. */
const word = z.int().min(0).max(MAX_FIELDS);

/** Where a field of a free-form body is. */
const place = z.union([
  pointer,
  z.strictObject({
    at: pointer,
    /** What the sender's words mean here; a word that is not listed is refused. */
    values: z.record(z.string(), z.string()),
  }),
  /** The nth bare word of a text, from 0: `buy SPY` has two. */
  z.strictObject({
    word,
    values: z.record(z.string(), z.string()).optional(),
  }),
  /** The same for every signal of this source. */
  z.strictObject({ value: z.string() }),
]);
/** Where a field of a free-form body is: a JSON pointer, the nth word of a text, or a constant. */
export type Place = Readonly<z.output<typeof place>>;

const mapping = z.strictObject({
  symbol: place,
  action: place,
  secret: z.union([pointer, z.strictObject({ word })]).optional(),
  id: place.optional(),
  price: place.optional(),
  quantity: place.optional(),
  comment: place.optional(),
  sequence: place.optional(),
  position: place.optional(),
  positionSize: place.optional(),
  sentAt: place.optional(),
  expiresAt: place.optional(),
});
/** Where each field of a signal is in a body that somebody else designed. */
export type Mapping = Readonly<z.output<typeof mapping>>;

const action = z.enum(["buy", "sell", "exit"]);
const positive = z
  .string()
  .regex(/^\d{1,15}(?:\.\d{1,9})?$/, "expected a decimal above 0, as text")
  .refine((text) => /[1-9]/.test(text), "expected a decimal above 0, as text");

/** What a leaked secret of this source could do at most. */
const scope = z.strictObject({
  symbols: z.array(symbolText).min(1).optional().describe("Default: the profile's universe"),
  actions: z.array(action).min(1).default(["buy", "sell", "exit"]),
  maxQuantity: positive.optional().describe("Largest entry upon one signal, shares or coins"),
});

const source = z.strictObject({
  /** `body`: a secret in a field; `path`: one in the address; `hmac`: signed headers. */
  auth: z.enum(["body", "path", "hmac"]),
  format: z.union([z.enum(["signal", "tradingview"]), mapping]).default("signal"),
  /** Name under which its one or two valid secrets are kept; default `profile/source`. */
  secrets: z.string().min(1).max(200).optional(),
  /** IP addresses, ranges such as `10.0.0.0/8`, or `tradingview`; empty lets any address try. */
  addresses: z
    .array(z.union([z.literal("tradingview"), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default([]),
  /** The sender's symbols that are other than ours: `{ BTCUSD: "BTC/USD" }`. */
  symbols: z.record(z.string(), symbolText).default({}),
  scope: scope.prefault({}),
});

/** How signals for a profile come in. Plain JSON: it is built into the deployed entry point. */
export const webhookSchema = z.strictObject({
  sources: z.record(slug, source).prefault({
    tradingview: { auth: "body", format: "tradingview" },
    signed: { auth: "hmac", format: "signal" },
  }),
  /** A signal that was sent longer ago is refused; TradingView's four attempts take 15 s. */
  maxAgeMs: z.int().min(1_000).max(3_600_000).default(90_000),
  /** How far ahead of ours the sender's clock may be. */
  maxAheadMs: z.int().min(0).max(60_000).default(5_000),
  /** How long a signal may be acted upon, from when it was sent. */
  expiresAfterMs: z.int().min(1_000).max(86_400_000).default(300_000),
});
/** A profile's webhook, as its author writes it. */
export type WebhookOptions = z.input<typeof webhookSchema>;
/** A profile's webhook, its defaults filled in. */
export type WebhookRules = Readonly<z.output<typeof webhookSchema>>;
/** One source of a webhook. */
export type SourceRules = WebhookRules["sources"][string];
