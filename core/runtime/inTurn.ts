/**
 * Runs over a list with at most `concurrency` at a time, and answers in the list's own order. With
 * one at a time, each starts when the one before it is done.
 */
export async function inTurn<T, R>(
  list: readonly T[],
  concurrency: number,
  run: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const at = next;
      next += 1;
      const one = list[at];
      if (one !== undefined) results[at] = await run(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, worker));
  return results;
}

/** What belongs together, and what goes first. */
export interface Lanes<T> {
  laneOf(one: T): string;
  isFirst(one: T): boolean;
}

/**
 * Runs over a list, in its order where only one may run at a time. Else each lane keeps its own
 * order while lanes run beside each other, those with something that goes first before the rest.
 */
export async function inLanes<T, R>(
  list: readonly T[],
  concurrency: number,
  { laneOf, isFirst }: Lanes<NoInfer<T>>,
  run: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  if (concurrency === 1) return inTurn(list, 1, run);
  const lanes = new Map<string, { readonly one: T; readonly at: number }[]>();
  for (const [at, one] of list.entries()) {
    const lane = lanes.get(laneOf(one)) ?? [];
    lane.push({ one, at });
    lanes.set(laneOf(one), lane);
  }
  const first = (lane: readonly { readonly one: T }[]) => lane.some(({ one }) => isFirst(one));
  const ordered = [...lanes.values()].sort((a, b) => Number(first(b)) - Number(first(a)));
  const results: R[] = [];
  await inTurn(ordered, concurrency, async (lane) => {
    for (const { one, at } of lane) results[at] = await run(one);
  });
  return results;
}
