import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import type { OnDemand } from "./on-demand.ts";

/**
 * A component whose script is loaded when it is first shown, and which is drawn as soon as that is
 * there. React's own `lazy` is not used for it: once a `Suspense` fallback was shown, React holds
 * back what comes for 300 ms, and with a part inside of a page twice that.
 * @param Placeholder holds its place until then
 */
export function later<Props extends object>(
  script: OnDemand<ComponentType<Props>>,
  Placeholder: ComponentType,
): (props: Props) => ReactNode {
  return function Later(props) {
    const [failed, setFailed] = useState<{ readonly error: unknown }>();
    const [, setThere] = useState(script.now() !== undefined);
    useEffect(() => {
      let gone = false;
      script.load().then(
        () => !gone && setThere(true),
        (error: unknown) => !gone && setFailed({ error }),
      );
      return () => {
        gone = true;
      };
    }, []);
    // The error boundary says what to do.
    if (failed !== undefined) throw failed.error;
    const Loaded = script.now();
    return Loaded === undefined ? <Placeholder /> : <Loaded {...props} />;
  };
}
