/** The right to act alone, for a while. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Grows by one with every new holder: a write with an older epoch must be refused. */
  readonly epoch: number;
  /** UTC ms. */
  readonly expiresAtMs: number;
}

/** Hands out leases, one holder each at a time, even when a holder pauses and comes back. */
export interface Leases {
  /** Null while another holds it. The same holder gets its own lease again, renewed. */
  acquire(name: string, holder: string, nowMs: number, ttlMs: number): Promise<Lease | null>;
  /** Null when the lease was lost meanwhile: stop acting at once. */
  renew(lease: Lease, nowMs: number, ttlMs: number): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;
  /** The lease of a name, whoever has or had it; undefined where nobody ever did. */
  find(name: string): Promise<Lease | undefined>;
}

/** The epoch that a write is made under: it is refused once another holder has a later one. */
export interface Fence {
  readonly name: string;
  readonly epoch: number;
}
