import { Alpaca, type AlpacaClientOptions } from "@alpacahq/alpaca-trade-api/rest";
import { InputError } from "../../core/domain/errors.ts";

/** How requests leave: the shape of `fetch`. */
export type FetchApi = NonNullable<AlpacaClientOptions["fetchApi"]>;

/** What it takes to reach an account. */
export interface AlpacaSettings {
  readonly keyId: string;
  readonly secret: string;
  /** Paper unless said otherwise; live passes {@link allowLive} first. */
  readonly mode?: "paper" | "live";
  /** Where a local exchange answers, such as `http://127.0.0.1:8787`: for trading and data. */
  readonly baseUrl?: string | undefined;
  readonly fetchApi?: FetchApi | undefined;
  /** How long one attempt may take, ms; default 10 s. */
  readonly timeoutMs?: number;
  /** Repeats of reads that failed; what changes something is never repeated. Default 2. */
  readonly readRetries?: number;
}

/**
 * The client library as we use it: paper unless told otherwise, our own rate limiter instead of
 * the library's (which knows no priorities), reads repeated, nothing that trades ever is.
 * @throws InputError where a key is missing; no message of it carries a secret.
 */
export function alpacaClient(settings: AlpacaSettings): Alpaca {
  const { keyId, secret, baseUrl, readRetries = 2 } = settings;
  // The library would look in the environment for a missing key: whose key would that be?
  if (keyId === "") throw new InputError("keyId: expected an Alpaca key id, got none");
  if (secret === "")
    throw new InputError("secret: expected the secret of the Alpaca key, got none");
  const send = hushed(settings.fetchApi ?? ((url, init) => fetch(url, init)), [keyId, secret]);
  return new Alpaca({
    keyId,
    secret,
    paper: settings.mode !== "live",
    timeoutMs: settings.timeoutMs ?? 10_000,
    rateLimit: false,
    retry: readRetries === 0 ? false : { maxRetries: readRetries },
    fetchApi: baseUrl === undefined ? send : redirected(send, baseUrl),
  });
}

/**
 * What a venue, or a proxy before it, says of a failure becomes a reason in logs and journals: our
 * own keys are taken out of it, should it say back what it was sent.
 */
function hushed(send: FetchApi, secrets: readonly string[]): FetchApi {
  return async (url, init) => {
    const reply = await send(url, init);
    if (reply.ok) return reply;
    const text = await reply.text();
    const said = secrets.reduce((left, one) => left.replaceAll(one, "[key]"), text);
    const { status, statusText, headers } = reply;
    // These statuses can't have a body.
    const body = [204, 205, 304].includes(status) ? null : said;
    return new Response(body, { status, statusText, headers });
  };
}

/** The library has no option for a host: the path is kept, the host is changed on the way out. */
function redirected(send: FetchApi, baseUrl: string): FetchApi {
  const { origin } = new URL(baseUrl);
  return (url, init) => {
    const { pathname, search } = new URL(String(url));
    return send(`${origin}${pathname}${search}`, init);
  };
}

/** What must agree before real money is traded. */
export interface LiveClaim {
  /** The mode of every profile that trades through this account. */
  readonly modes: readonly string[];
  readonly stage: string;
  /** Stages that may trade live, as configured; empty for none. */
  readonly liveStages: readonly string[];
  /** The id of the account that the stage is meant to trade, as configured. */
  readonly expectedAccountId: string;
  /** The id that the venue gave for the keys in use. */
  readonly accountId: string;
}

/**
 * Lets a live account be traded only where all agree: every profile says `live`, the stage is on
 * the list of live stages, and the keys open the very account that was meant.
 * @throws InputError naming the first that does not agree.
 */
export function allowLive(claim: LiveClaim): void {
  const { modes, stage, liveStages, expectedAccountId, accountId } = claim;
  const other = modes.find((mode) => mode !== "live");
  if (modes.length === 0 || other !== undefined) {
    throw new InputError(
      `mode: expected live of every profile to trade live, got ${other ?? "none"}`,
    );
  }
  if (!liveStages.includes(stage)) {
    const list = liveStages.join(", ") || "none";
    throw new InputError(`stage: expected one that may trade live (${list}), got ${stage}`);
  }
  if (expectedAccountId === "" || expectedAccountId !== accountId) {
    const expected = expectedAccountId || "an account id to be configured";
    throw new InputError(`account: expected ${expected}, the keys open ${accountId}`);
  }
}
