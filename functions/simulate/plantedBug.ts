import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { OtherFaultKind } from "./faults.ts";
import type { Job } from "./job.ts";
import type { SimulatedWorld } from "./world.ts";

/** A way in which the system could be wrong: the promises must tell. */
export interface PlantedBug {
  readonly name: string;
  /** Whether what reconciliation mends would hide it: then it is off. */
  readonly withoutReconciling?: boolean;
  /** The fault without which nothing shows it. */
  readonly shownBy?: OtherFaultKind;
  ports?(ports: LivePorts, system: SimulatedWorld, job: Job): LivePorts;
  webhook?(
    ports: LivePorts,
    event: EventOf<"signal.received.v1">,
    system: SimulatedWorld,
  ): Promise<unknown>;
  /** What becomes of an event on its way over the bus. */
  bus?(event: DomainEvent, system: SimulatedWorld): DomainEvent | null;
  /** What a version that cannot do something with an event takes for done. */
  readonly drops?: "what it cannot read" | "what is of an unknown profile";
  /** What becomes of reports of the venue on their way to us. */
  reports?(reports: readonly VenueReport[], system: SimulatedWorld): readonly VenueReport[];
}
