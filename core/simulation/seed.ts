import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const STIRRED = 8;

/**
 * A draw from [0, 1) that belongs to a seed and a text. It does not depend on what was drawn
 * before, so orders may be looked at in any sequence and still meet the same luck.
 */
export function seededUniform(seed: number, text: string): number {
  return uniformFloat64(generatorOf(seed, text));
}

/**
 * A standard normal draw that belongs to a seed and a text, by the Box–Muller transform.
 * @see https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform
 */
export function seededNormal(seed: number, text: string): number {
  const random = generatorOf(seed, text);
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
}

/** Neighbouring seeds give neighbouring first draws, so the state is stirred before it is used. */
function generatorOf(seed: number, text: string) {
  const random = xoroshiro128plus(mix(seed, text));
  for (let i = 0; i < STIRRED; i += 1) uniformFloat64(random);
  return random;
}

/**
 * 32 bits of a text, the same on every machine: FNV-1a, started from the seed and finished as
 * MurmurHash3 does. Not for anything that somebody could want to forge.
 */
export function mix(seed: number, text: string): number {
  let hash = FNV_OFFSET ^ seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
