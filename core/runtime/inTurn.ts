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
