import type { Book } from "../../core/domain/book.ts";
import type { MemoryBooks } from "../../core/runtime/memoryBooks.ts";
import type { MemorySwitches } from "../../core/runtime/memorySwitches.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import type { Dice } from "./dice.ts";
import type { Market } from "./market.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** What a simulated system consists of, as far as its promises and its bugs look at it. */
export interface SimulatedWorld {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly books: MemoryBooks;
  readonly switches: MemorySwitches;
  readonly market: Market;
  /** Signals that were answered with 202, by id. */
  readonly accepted: Set<string>;
  /** How often a decision on an event came to its end, by the event's id. */
  readonly decided: Map<string, number>;
  /** Every profile that runs at some time of the run. */
  readonly profiles: readonly CompiledProfile[];
  /** The book as it was opened. */
  readonly opened: Book;
  /** The epoch that a lease is at. */
  epochOf(name: string): number;
}
