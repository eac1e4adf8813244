import type { PlantedBug } from "./plantedBug.ts";

/** Ways to get a deploy wrong: nothing shows them but two versions at work on one table. */
export const bugsOfDeploys: readonly PlantedBug[] = [
  {
    name: "each version keeps a record of its own of what was decided",
    shownBy: "deploy",
    ports: (ports, _, { version }) => ({
      ...ports,
      store: {
        ...ports.store,
        commit: (commit) =>
          ports.store.commit({ ...commit, dedupe: commit.dedupe && `${commit.dedupe}.${version}` }),
      },
    }),
  },
  {
    name: "the older version decides on a snapshot of the newer",
    shownBy: "deploy",
    ports: (ports, _, { version }) => ({
      ...ports,
      store: {
        ...ports.store,
        profile: async (name) => {
          const kept = await ports.store.profile(name);
          if (kept === undefined || version === "new") return kept;
          return { ...kept, value: { ...kept.value, stateVersion: 1 } };
        },
      },
    }),
  },
  {
    name: "the older version takes what it cannot read for done",
    shownBy: "deploy",
    drops: "what it cannot read",
  },
  {
    name: "the older version takes what is of a profile that it does not know for done",
    shownBy: "deploy",
    drops: "what is of an unknown profile",
  },
];
