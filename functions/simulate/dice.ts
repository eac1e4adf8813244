import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Everything random of one run comes from here: a seed tells the whole of it. */
export class Dice {
  private readonly random: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    // Neighbouring seeds draw alike at first, so they are spread apart.
    this.random = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1) ^ (seed >>> 3));
    for (let i = 0; i < 8; i += 1) uniformInt(this.random, 0, 1);
  }

  /** A whole number from one bound to another, both included. */
  between(from: number, to: number): number {
    return uniformInt(this.random, Math.ceil(from), Math.floor(to));
  }

  /** True once in so many draws; `0` never. */
  oneIn(n: number): boolean {
    return n > 0 && this.between(1, n) === 1;
  }

  /** One of some. */
  pick<T>(some: readonly [T, ...T[]]): T {
    return some[this.between(0, some.length - 1)] ?? some[0];
  }
}
