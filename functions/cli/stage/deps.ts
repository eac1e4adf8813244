import type { FetchApi } from "../../alpaca/clientOptions.ts";
import type { AwsOptions } from "../../deploy/clients.ts";

/** What the commands of a stage need from outside, so that tests can stand in for it. */
export interface StageDeps {
  /** How AWS is reached. */
  readonly aws: AwsOptions;
  /** How the venue is reached; undefined for the network. */
  readonly fetchApi: FetchApi | undefined;
  /** Asks for something that must not be seen, or reads the next line that was piped in. */
  ask(question: string): Promise<string>;
  nowMs(): number;
  /** A fresh secret, hard to guess. */
  freshSecret(): string;
}
