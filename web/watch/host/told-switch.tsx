import { type ComponentProps, useEffect, useState } from "react";
import { Switch } from "../../ui/switch.tsx";

/** A room that has not answered by then did not take it. */
const answer_ms_max = 3_000;

type ToldSwitchProps = Omit<ComponentProps<typeof Switch>, "onChange"> & {
  /** @returns false when the room could not be told */
  onChange: (checked: boolean) => boolean;
};

/** A switch that the room itself turns: it shows what was wished until the room has answered. */
export function ToldSwitch({ checked, onChange, ...rest }: ToldSwitchProps) {
  const [wished, setWished] = useState<boolean | null>(null);
  useEffect(() => {
    if (wished === null) return;
    if (wished === checked) return setWished(null);
    const timer = setTimeout(() => setWished(null), answer_ms_max);
    return () => clearTimeout(timer);
  }, [wished, checked]);
  return (
    <Switch
      {...rest}
      checked={wished ?? checked}
      onChange={(next) => {
        if (onChange(next)) setWished(next);
      }}
    />
  );
}
