/** Something whose script is loaded when it is needed, or sooner by whoever knows that it will be. */
export interface OnDemand<Thing> {
  /** The thing itself, once its script has come. */
  now(): Thing | undefined;
  /** Begins to load it, unless that has begun. @throws what its script's import throws */
  load(): Promise<Thing>;
}

/** @param load the import; called again only after it has failed */
export function onDemand<Thing>(load: () => Promise<Thing>): OnDemand<Thing> {
  let there: Thing | undefined;
  let coming: Promise<Thing> | undefined;
  return {
    now: () => there,
    load() {
      coming ??= load().then(
        (thing) => {
          there = thing;
          return thing;
        },
        (error) => {
          coming = undefined;
          throw error;
        },
      );
      return coming;
    },
  };
}
