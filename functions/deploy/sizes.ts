/** Memory of each function, MB; its CPU share grows with it. stacks/entryPoints.ts says why. */
export const MEMORY_MB = {
  webhook: 512,
  decide: 1024,
  publish: 512,
  execute: 512,
  updates: 512,
  reconcile: 512,
  schedule: 1024,
  notify: 256,
  sweep: 1769,
} as const;

/** The stream task's share of a machine: the smallest that Fargate has. */
export const STREAM_TASK = { vcpu: 0.25, memoryMb: 512 } as const;
