import * as z from "zod";
import { type Assets, assetJson } from "./assets.ts";
import { malformed, notFound, unprocessable } from "./errors.ts";
import { uuidOf } from "./ids.ts";
import { readBody } from "./orderBody.ts";
import { stampOf } from "./stamps.ts";

const LONGEST_NAME = 64;
const symbols = z.array(z.string().nullable()).nullish();
const creation = z.looseObject({ name: z.string(), symbols });
const changes = z.looseObject({ name: z.string().nullish(), symbols });
const addition = z.looseObject({ symbol: z.string() });

/** A named list of assets, in the order in which they were put on it. */
export interface Watchlist {
  readonly id: string;
  name: string;
  symbols: string[];
  readonly createdMs: number;
  updatedMs: number;
}

/** The account's watchlists. */
export class Watchlists {
  private readonly lists = new Map<string, Watchlist>();
  private readonly assets: Assets;
  private readonly accountId: string;
  private made = 0;

  constructor(assets: Assets, accountId: string) {
    this.assets = assets;
    this.accountId = accountId;
  }

  list(): readonly unknown[] {
    return [...this.lists.values()].map((one) => this.head(one));
  }

  create(json: unknown, nowMs: number): unknown {
    const body = readBody(creation, json);
    const name = this.freeName(body.name, null);
    const id = uuidOf("watchlist", this.accountId, this.made);
    this.made += 1;
    const symbolsOf = this.known(body.symbols ?? []);
    const made = { id, name, symbols: symbolsOf, createdMs: nowMs, updatedMs: nowMs };
    this.lists.set(id, made);
    return this.json(made);
  }

  byId(id: string): Watchlist {
    const found = this.lists.get(id.toLowerCase());
    if (found === undefined) throw notFound(`watchlist not found: ${id}`);
    return found;
  }

  byName(name: string): Watchlist {
    for (const list of this.lists.values()) if (list.name === name) return list;
    throw notFound(`watchlist not found: ${name}`);
  }

  change(list: Watchlist, json: unknown, nowMs: number): unknown {
    const body = readBody(changes, json);
    const name = body.name == null ? list.name : this.freeName(body.name, list);
    const symbolsOf = body.symbols == null ? list.symbols : this.known(body.symbols);
    list.name = name;
    list.symbols = symbolsOf;
    list.updatedMs = nowMs;
    return this.json(list);
  }

  add(list: Watchlist, json: unknown, nowMs: number): unknown {
    const [symbol = ""] = this.known([readBody(addition, json).symbol]);
    if (list.symbols.includes(symbol)) {
      throw unprocessable("duplicate symbol is not allowed in watchlist");
    }
    list.symbols.push(symbol);
    list.updatedMs = nowMs;
    return this.json(list);
  }

  remove(list: Watchlist, symbol: string, nowMs: number): unknown {
    const known = this.assets.find(symbol)?.symbol ?? symbol;
    if (!list.symbols.includes(known)) throw notFound(`symbol not found: ${symbol}`);
    list.symbols = list.symbols.filter((one) => one !== known);
    list.updatedMs = nowMs;
    return this.json(list);
  }

  delete(list: Watchlist): void {
    this.lists.delete(list.id);
  }

  json(list: Watchlist): unknown {
    const assets = list.symbols.flatMap((symbol) => {
      const found = this.assets.find(symbol);
      return found === undefined ? [] : [assetJson(found)];
    });
    return { ...this.head(list), assets };
  }

  private head({ id, name, createdMs, updatedMs }: Watchlist) {
    return {
      id,
      account_id: this.accountId,
      name,
      created_at: stampOf(createdMs),
      updated_at: stampOf(updatedMs),
    };
  }

  private freeName(name: string, own: Watchlist | null): string {
    if (name === "" || name.length > LONGEST_NAME) {
      throw malformed(`name must be 1 to ${LONGEST_NAME} characters`);
    }
    for (const list of this.lists.values()) {
      if (list.name === name && list !== own) throw unprocessable("watchlist name must be unique");
    }
    return name;
  }

  private known(names: readonly (string | null)[]): string[] {
    const found = names.flatMap((name) => {
      if (name === null || name === "") return [];
      const asset = this.assets.find(name);
      if (asset === undefined) throw unprocessable(`asset "${name}" not found`);
      return [asset.symbol];
    });
    return [...new Set(found)];
  }
}
