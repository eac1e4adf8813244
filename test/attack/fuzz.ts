import fc from "fast-check";

/** `FUZZ_RUNS=100` makes every fuzz a hundred times as long; `FUZZ_SEED` moves it elsewhere. */
const TIMES = Number(process.env.FUZZ_RUNS ?? "1");
const SEED = Number(process.env.FUZZ_SEED ?? "20261121");

/** How long a fuzz may take, ms: a long one is asked for by hand. */
export const FUZZ_TIMEOUT_MS = 60_000 * Math.max(1, TIMES);

/** Parameters of a fuzz, printed: what failed once fails again by its seed. */
export function fuzz(what: string, count: number): { seed: number; numRuns: number } {
  const numRuns = Math.ceil(count * TIMES);
  console.log(`fuzz ${what}: seed ${SEED}, ${numRuns} inputs`);
  return { seed: SEED, numRuns };
}

const EVIL = [
  ..."\0 \n \r\n \x1b[2J ' \" \\ % { } [ ] , ; : = / // .. ../ \ud800 \u2028 \ufeff é 𝒳".split(" "),
  ..."-0 -1 0 1 00 1e309 -1e309 NaN Infinity 9007199254740993 1.0000000001 0x10 1_000".split(" "),
  ..."null true [] {} __proto__ constructor prototype toString 2024-02-30 1970-01-01".split(" "),
  "9".repeat(400),
  "a".repeat(5_000),
  "[".repeat(2_000),
];

/** A piece of text that somebody's parser has choked on. */
export const evil = fc.oneof(
  fc.constantFrom(...EVIL),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.stringMatching(/^[-+.0-9eE]{0,24}$/),
);

/** A good text with parts of it cut, doubled, or replaced by something evil. */
export function mutated(corpus: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 24 }), evil);
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.constantFrom(...corpus), edits).map(([good, all]) =>
    all.reduce((text, [at, cut, put]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + cut);
    }, good),
  );
}

/** Good bytes with some of them changed, cut off or put in. */
export function mutatedBytes(corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom("set", "cut", "put"));
  const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
  return fc.tuple(fc.constantFrom(...corpus), edits).map(([good, all]) => {
    const bytes = [...good];
    for (const [at, value, how] of all) {
      const from = at % (bytes.length + 1);
      if (how === "set") bytes[from] = value;
      else if (how === "put") bytes.splice(from, 0, value);
      else bytes.splice(from, value % 32);
    }
    return Uint8Array.from(bytes);
  });
}

type Json = unknown;

/** A good JSON value with one of its parts, at any depth, replaced, left out or made a key. */
export function mutatedJson(corpus: readonly Json[]): fc.Arbitrary<Json> {
  const value = fc.oneof(evil, fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.constant(undefined));
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(fc.tuple(fc.nat(), value), { minLength: 1 }))
    .map(([good, all]) => all.slice(0, 3).reduce((json, [at, put]) => putAt(json, at, put), good));
}

function putAt(json: Json, at: number, put: Json): Json {
  if (typeof json !== "object" || json === null) return put;
  const keys = Object.keys(json);
  const key = keys[at % (keys.length + 1)];
  if (key === undefined) return put;
  const next = putAt(Reflect.get(json, key), Math.floor(at / (keys.length + 1)), put);
  if (Array.isArray(json)) return json.map((one, i) => (String(i) === key ? next : one));
  return { ...json, [key]: next };
}

/** What everything inherits from must be as it was, whatever was read. */
export function pollution(): readonly string[] {
  return [Object.prototype, Array.prototype, Function.prototype].flatMap((one) => Object.keys(one));
}
